# Replication lag: a panel per channel, log axis. Column 1 is the time in seconds; each further
# column is one direction, the age of the oldest change under way in seconds. FIRST[i] .. LAST[i]
# are the series of panel i; SERIES_COLUMN, SERIES_COLOUR (0: grey, not named) belong to a series.
set multiplot
set lmargin at screen px(LEFT)
set rmargin at screen px(WIDTH - RIGHT)
set xrange [0:END]
set logscale y
set yrange [FLOOR:CEILING]
unset xtics
unset ytics
set ytics nomirror out scale 0.5 (AGE_NAME[1] AGE_AT[1]) font SMALL textcolor rgb GREY
do for [t = 2:AGES] { set ytics add (AGE_NAME[t] AGE_AT[t]) }
do for [b = 1:BANDS] {
    set object 100 + b rectangle from first BAND_FROM[b], graph 0 to first BAND_TO[b], graph 1 back \
        fillcolor rgb "#000000" fillstyle transparent solid BAND_ALPHA[b] noborder
    set label 100 + b BAND_NAME[b] at first BAND_AT[b], screen py(BAND_Y[b]) left textcolor rgb INK
}
visible(x) = x > FLOOR ? x : FLOOR
do for [i = 1:PANELS] {
    y = TOP + (i - 1) * (PANEL + GAP)
    set tmargin at screen py(y)
    set bmargin at screen py(y + PANEL)
    if (NARROW) {
        set label 3 DATA[i].", ".CHANNEL[i] at screen px(MARGIN), screen py(y - 10) left textcolor rgb INK
    } else {
        set label 3 DATA[i] at screen px(16), screen py(y + PANEL / 2 - 7) left textcolor rgb INK
        set label 4 CHANNEL[i] at screen px(16), screen py(y + PANEL / 2 + 8) left textcolor rgb GREY font ",10"
    }
    do for [s = FIRST[i]:LAST[i]] {
        set label 1000 + s SERIES_NAME[s] at screen px(WIDTH - RIGHT + (NARROW ? 6 : 10)), screen py(SERIES_Y[s]) left \
            textcolor rgb (SERIES_COLOUR[s] == 0 ? GREY : COLOUR[SERIES_COLOUR[s]])
    }
    if (i == PANELS) {
        set xtics nomirror out scale 0.5 (TICK_NAME[1] TICK_AT[1]) textcolor rgb GREY
        do for [t = 2:TICKS] { set xtics add (TICK_NAME[t] TICK_AT[t]) }
    }
    do for [a = 1:ALONES] {
        if (ALONE_PANEL[a] == i) {
            set object 5000 + 2 * a rectangle from first ALONE_WAITED[a], graph 0.92 to first ALONE_FROM[a], graph 1 \
                front fillcolor rgb "#f0c000" fillstyle solid 0.9 noborder
            set object 5001 + 2 * a rectangle from first ALONE_FROM[a], graph 0.92 to first ALONE_TO[a], graph 1 \
                front fillcolor rgb VERMILLION fillstyle solid 0.9 noborder
        }
    }
    do for [c = 1:COPIES] {
        if (COPY_PANEL[c] == i) {
            set object 2000 + 3 * c rectangle from first COPY_FROM[c], graph 0 to first COPY_LOADING[c], graph 0.14 \
                front fillcolor rgb "#9ecae1" fillstyle solid 0.9 border rgb GREY
            if (COPY_TO[c] > COPY_LOADING[c]) {
                set object 2001 + 3 * c rectangle from first COPY_LOADING[c], graph 0 to first COPY_TO[c], graph 0.14 \
                    front fillcolor rgb INK fillstyle solid 0.9 border rgb GREY
            }
            if (COPY_DROPPED[c]) {
                set arrow 2000 + c from first COPY_TO[c], graph 0 to first COPY_TO[c], graph 1 nohead front \
                    linewidth 1.6 linecolor rgb VERMILLION
            }
        }
    }
    plot for [s = FIRST[i]:LAST[i]] NAME.".tsv" skip 1 using 1:(visible(column(SERIES_COLUMN[s]))) with lines \
        linewidth (SERIES_COLOUR[s] == 0 ? 0.7 : 1.6) \
        linecolor rgb (SERIES_COLOUR[s] == 0 ? "#b0b0b0" : COLOUR[SERIES_COLOUR[s]])
    do for [c = 1:COPIES] {
        if (COPY_PANEL[c] == i) {
            unset object 2000 + 3 * c
            if (COPY_TO[c] > COPY_LOADING[c]) { unset object 2001 + 3 * c }
            if (COPY_DROPPED[c]) { unset arrow 2000 + c }
        }
    }
    do for [a = 1:ALONES] {
        if (ALONE_PANEL[a] == i) {
            unset object 5000 + 2 * a
            unset object 5001 + 2 * a
        }
    }
    unset label 1
    unset label 2
    do for [b = 1:BANDS] { unset label 100 + b }
    do for [s = FIRST[i]:LAST[i]] { unset label 1000 + s }
}
unset multiplot
