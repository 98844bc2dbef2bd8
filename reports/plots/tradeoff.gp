# Trade-off: a point per strategy. Columns: place, x, x low, x high, y, y low, y high, strategy, then
# the figures themselves. x and y are places on log axes on which "none" has a place of its own.
LEGEND = NARROW ? 12 + 17 * POINTS : 0 # numbers at the points, names below the axis
set lmargin at screen px(NARROW ? 52 : 96)
set rmargin at screen px(WIDTH - (NARROW ? 20 : 40))
set tmargin at screen py(TOP)
set bmargin at screen py(HEIGHT - 66 - LEGEND)
set xrange [XLOW:XHIGH]
set yrange [YLOW:YHIGH]
unset xtics
unset ytics
set xtics nomirror out scale 0.5 (XTICK_NAME[1] XTICK_AT[1]) textcolor rgb GREY
do for [t = 2:XTICKS] { set xtics add (XTICK_NAME[t] XTICK_AT[t]) }
set ytics nomirror out scale 0.5 (YTICK_NAME[1] YTICK_AT[1]) textcolor rgb GREY
do for [t = 2:YTICKS] { set ytics add (YTICK_NAME[t] YTICK_AT[t]) }
set label 3 XNAME at graph 1, screen py(HEIGHT - 18 - LEGEND) right textcolor rgb GREY
set label 4 YNAME at screen px(MARGIN), screen py(TOP - 16) left textcolor rgb GREY
do for [p = 1:POINTS] {
    if (NARROW) {
        set label 10 + p sprintf("%d", p) at first POINT_X[p], first POINT_Y[p] left \
            offset character 0.8, character 0.6 + POINT_LINE[p] textcolor rgb COLOUR[1 + (p - 1) % 5]
        set label 100 + p sprintf("%d  ", p).POINT_NAME[p] at screen px(MARGIN), screen py(HEIGHT - 12 - 17 * (POINTS - p)) left \
            textcolor rgb COLOUR[1 + (p - 1) % 5]
    } else { if (POINT_LEFT[p] == 1) {
        set label 10 + p POINT_NAME[p] at first POINT_X[p], first POINT_Y[p] right \
            offset character -1.2, character 0.8 + POINT_LINE[p] textcolor rgb COLOUR[1 + (p - 1) % 5]
    } else {
        set label 10 + p POINT_NAME[p] at first POINT_X[p], first POINT_Y[p] left \
            offset character 1.2, character 0.8 + POINT_LINE[p] textcolor rgb COLOUR[1 + (p - 1) % 5]
    } }
}
plot NAME.".tsv" skip 1 using 2:5:3:4:6:7 with xyerrorbars pointtype 7 pointsize 0.1 linewidth 1 linecolor rgb GREY, \
     "" skip 1 using 2:5:(int(column(1)) % 5 == 1 ? 0x0072B2 : int(column(1)) % 5 == 2 ? 0xD55E00 : int(column(1)) % 5 == 3 ? 0x222222 : int(column(1)) % 5 == 4 ? 0x009E73 : 0x003F6B) \
        with points pointtype 7 pointsize 0.9 linecolor rgb variable
