# Latency by percentile: x is 1 / (1 - q), so that every nine takes the same width. The file holds
# one block per service; columns: service, x, latency in seconds.
set lmargin at screen px(NARROW ? 56 : 74)
set rmargin at screen px(WIDTH - (NARROW ? 98 : 120))
set tmargin at screen py(TOP)
set bmargin at screen py(HEIGHT - 40)
set logscale xy
set xrange [1:RIGHTMOST]
set yrange [FLOOR:CEILING]
unset xtics
set xtics nomirror out scale 0.5 ("p50" 2, "p99" 100, "p99.99" 10000, "p99.9999" 1000000) textcolor rgb GREY
if (!NARROW || RIGHTMOST <= 10000) { set xtics add ("p90" 10, "p99.9" 1000, "p99.999" 100000) } # all have room
unset ytics
set ytics nomirror out scale 0.5 (AGE_NAME[1] AGE_AT[1]) textcolor rgb GREY
do for [t = 2:AGES] { set ytics add (AGE_NAME[t] AGE_AT[t]) }
array LINE[5] = [BLUE, GREEN, INK, NAVY, GREY] # vermillion is for failures
visible(y) = y > 1.1 * FLOOR ? y : 1.1 * FLOOR
do for [s = 1:SERIES] {
    set label 10 + s SERIES_NAME[s] at screen px(WIDTH - (NARROW ? 92 : 112)), screen py(SERIES_Y[s]) left textcolor rgb LINE[s]
}
plot for [s = 1:SERIES] NAME.".tsv" index s - 1 using 2:(visible(column(3))) with steps linewidth 2 linecolor rgb LINE[s]
