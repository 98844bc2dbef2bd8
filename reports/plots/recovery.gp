# Recovery: a row per stage, or, where there are many, per failover. Columns: row, start, end (seconds since the
# failure), what the bar reaches above and below the middle of its row, colour, whether it finished, failover, stage.
set lmargin at screen px(NARROW ? MARGIN : 300)
set rmargin at screen px(WIDTH - (NARROW ? 2 * MARGIN : 110))
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
# A bar fills its row; in a narrow picture the lower half of it, and the words stand in the upper one.
do for [r = 1:ROWS] {
    if (NARROW) {
        set label 10 + r ROW_NAME[r].(ROW_TOOK[r] eq "" ? "" : ": ".ROW_TOOK[r]) at graph 0, first (r - 0.22) left \
            textcolor rgb (ROW_HEAD[r] == 1 ? INK : GREY)
    } else {
        set label 10 + r ROW_NAME[r] at screen px(290), first r right textcolor rgb (ROW_HEAD[r] == 1 ? INK : GREY)
        set label 300 + r ROW_TOOK[r] at first ROW_END[r], first r left offset character 0.8, 0 textcolor rgb INK
    }
}
middle(r) = NARROW ? r + 0.27 : r
half(h) = NARROW ? h * 0.6 : h
do for [s = 1:INSIDE] {
    set label 1000 + s INSIDE_NAME[s] at first INSIDE_AT[s], first (middle(INSIDE_ROW[s]) - half(0.12)) center front textcolor rgb '#FFFFFF'
}
colour(c) = c == 0 ? 0x0072B2 : c == 1 ? 0x003F6B : c == 2 ? 0xD55E00 : 0xB0B0B0
plot NAME.".tsv" skip 1 using 2:1:2:3:(middle($1) - half($4)):(middle($1) + half($5)):(colour($6)) \
    with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable
