# The look that all pictures share. NAME, WIDTH, HEIGHT, TITLE, SUBTITLE are set above. In a NARROW picture names stand
# above what they name, in wider ones beside it.
set terminal svg size WIDTH,HEIGHT fixed noenhanced name NAME font "DejaVu Sans,11" background "#ffffff"
set output NAME.".svg"
set encoding utf8
set datafile separator tab
INK = "#222222"; GREY = "#6b6b6b"; GRID = "#e3e3e3"
BLUE = "#0072B2"; VERMILLION = "#D55E00"; GREEN = "#009E73"; NAVY = "#003F6B"
array COLOUR[5] = [BLUE, VERMILLION, INK, GREEN, NAVY]
px(x) = x / (1.0 * WIDTH)      # pixels from the left as a share of the screen
py(y) = 1 - y / (1.0 * HEIGHT) # pixels from the top
SMALL = NARROW ? ",10" : ",9"
set border 3 linecolor rgb GREY
set tics nomirror out scale 0.5 textcolor rgb INK
set grid noxtics ytics back linetype 1 linewidth 1 linecolor rgb GRID
unset key
set label 1 TITLE at screen px(MARGIN), screen py(26) left font ",".TITLE_SIZE textcolor rgb INK
set label 2 SUBTITLE at screen px(MARGIN), screen py(SUB) left textcolor rgb GREY
