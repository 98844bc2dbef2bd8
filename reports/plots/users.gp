# Users hit: a waterfall; each bar begins where the one above ended. Columns: row, from, to, colour
# (1 harm, 2 friction, 3 sum), harm, cohort, users.
set lmargin at screen px(230)
set rmargin at screen px(WIDTH - 90)
set tmargin at screen py(TOP)
set bmargin at screen py(HEIGHT - 40)
set xrange [0:END]
set yrange [ROWS + 0.6:0.4]
unset ytics
unset xtics
set grid xtics noytics
set border 1
set xtics nomirror out scale 0.5 (TICK_NAME[1] TICK_AT[1]) textcolor rgb GREY
do for [t = 2:TICKS] { set xtics add (TICK_NAME[t] TICK_AT[t]) }
do for [r = 1:ROWS] {
    set label 10 + r ROW_NAME[r] at screen px(220), first r right textcolor rgb INK
    set label 300 + r ROW_COUNT[r] at first ROW_END[r], first r left offset character 0.8, 0 textcolor rgb INK
    if (r < ROWS) {
        set arrow r from first ROW_END[r], first r + 0.32 to first ROW_END[r], first r + 0.68 nohead \
            linecolor rgb GREY linewidth 1
    }
}
plot NAME.".tsv" skip 1 using 2:1:2:3:($1 - 0.32):($1 + 0.32):($4 == 1 ? 0x0072B2 : $4 == 2 ? 0x009E73 : 0x222222) \
    with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable
