# Discarded writes over time: a panel per data class and region that had accepted them.
# Column 1 is the time in seconds, column 2i the writes beaten by one they had seen (L4), column
# 2i + 1 all that were discarded (L3 + L4), per step. Every step has two lines, its begin and end.
set multiplot
set lmargin at screen px(LEFT)
set rmargin at screen px(WIDTH - RIGHT)
set xrange [0:END]
set yrange [0:1.08 * MOST]
unset grid
set ytics ("0" 0, sprintf("%d", MOST) MOST) font SMALL textcolor rgb GREY
unset xtics
do for [b = 1:BANDS] {
    set object 100 + b rectangle from first BAND_FROM[b], graph 0 to first BAND_TO[b], graph 1 back \
        fillcolor rgb "#000000" fillstyle transparent solid BAND_ALPHA[b] noborder
    set label 100 + b BAND_NAME[b] at first BAND_AT[b], screen py(BAND_Y[b]) left textcolor rgb INK
}
do for [i = 1:PANELS] {
    y = TOP + (i - 1) * (PANEL + GAP)
    set tmargin at screen py(y)
    set bmargin at screen py(y + PANEL)
    if (NARROW) {
        set label 3 DATA[i]." ".REGION[i] at screen px(MARGIN), screen py(y - 24) left textcolor rgb INK
        set label 5 UNSEEN[i] at screen px(MARGIN), screen py(y - 9) left textcolor rgb BLUE
        set label 6 SEEN[i] at screen px(WIDTH - MARGIN), screen py(y - 9) right textcolor rgb VERMILLION
    } else {
        set label 3 DATA[i] at screen px(16), screen py(y + PANEL / 2 - 7) left textcolor rgb INK
        set label 4 REGION[i] at screen px(16), screen py(y + PANEL / 2 + 8) left textcolor rgb GREY font ",10"
        set label 5 UNSEEN[i] at screen px(WIDTH - RIGHT + 12), screen py(y + PANEL / 2 - 7) left textcolor rgb BLUE
        set label 6 SEEN[i] at screen px(WIDTH - RIGHT + 12), screen py(y + PANEL / 2 + 8) left textcolor rgb VERMILLION
    }
    if (i == PANELS) {
        set xtics nomirror out scale 0.5 (TICK_NAME[1] TICK_AT[1]) textcolor rgb GREY
        do for [t = 2:TICKS] { set xtics add (TICK_NAME[t] TICK_AT[t]) }
    }
    plot NAME.".tsv" skip 1 using 1:(column(2 * i + 1)) with filledcurves y1=0 fillcolor rgb BLUE fillstyle solid 0.75 noborder, \
         "" skip 1 using 1:(column(2 * i)) with filledcurves y1=0 fillcolor rgb VERMILLION fillstyle solid 1.0 noborder
    unset label 1
    unset label 2
    do for [b = 1:BANDS] { unset label 100 + b }
}
unset multiplot
