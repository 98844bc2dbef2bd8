# Users hit: a bar per class of harm. Columns: row, place, users, colour (1 harm, 2 nuisance, 3 all
# users hit, counted once), class. LOG: the axis is logarithmic and begins below one.
set lmargin at screen px(NARROW ? MARGIN : 230)
set rmargin at screen px(WIDTH - (NARROW ? 2 * MARGIN : 90))
set tmargin at screen py(TOP)
set bmargin at screen py(HEIGHT - 40)
if (LOG) { set logscale x }
LOW = LOG ? 0.5 : 0
set xrange [LOW:END]
set yrange [DEPTH + 0.6:0.4]
unset ytics
unset xtics
set grid xtics noytics
set border 1
set xtics nomirror out scale 0.5 (TICK_NAME[1] TICK_AT[1]) textcolor rgb GREY
do for [t = 2:TICKS] { set xtics add (TICK_NAME[t] TICK_AT[t]) }
least = LOG ? LOW : 3.0 * END / (WIDTH - (NARROW ? 3 * MARGIN : 320)) # three pixels can be seen
long(users) = users > least ? users : least
do for [r = 1:ROWS] {
    if (NARROW) {
        set label 10 + r ROW_NAME[r].": ".ROW_COUNT[r] at graph 0, first (ROW_AT[r] - 0.22) left textcolor rgb INK
    } else {
        set label 10 + r ROW_NAME[r] at screen px(220), first ROW_AT[r] right textcolor rgb INK
        set label 300 + r ROW_COUNT[r] at first long(ROW_END[r]), first ROW_AT[r] left offset character 0.8, 0 textcolor rgb INK
    }
}
above(place) = NARROW ? place + 0.06 : place - 0.32
below(place) = NARROW ? place + 0.42 : place + 0.32
plot NAME.".tsv" skip 1 using (LOW):2:(LOW):(long(column(3))):(above($2)):(below($2)):($4 == 1 ? 0x0072B2 : $4 == 2 ? 0x009E73 : 0x222222) \
    with boxxyerror fillstyle solid 1.0 noborder linecolor rgb variable
