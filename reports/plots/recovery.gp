# Recovery: a bar per stage. Columns: row, start, end (seconds since the failure), whether it is what
# users saw, whether it finished, failover, stage.
set lmargin at screen px(300)
set rmargin at screen px(WIDTH - 110)
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
    set label 10 + r ROW_NAME[r] at screen px(290), first r right textcolor rgb (ROW_HEAD[r] == 1 ? INK : GREY)
    set label 300 + r ROW_TOOK[r] at first ROW_END[r], first r left offset character 0.8, 0 textcolor rgb INK
}
plot NAME.".tsv" skip 1 using 2:1:2:3:($1 - 0.32):($1 + 0.32):($5 == 0 ? 0xB0B0B0 : $4 == 1 ? 0xD55E00 : 0x0072B2) \
    with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable
