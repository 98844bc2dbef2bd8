# csv2c.awk: turns the measured figures of models/presets into C tables.
#
#   LC_ALL=C awk -f models/presets/csv2c.awk models/presets/*.csv > build/gen/presets_data.h
#
# POSIX awk only. The line of column names says what a file is:
#
#   from,to,rtt_ms[,kind]                                     a set, named after its file
#   set,rtt_from_ms,rtt_to_ms,avg_minus_min_ms,dataset        spread by band, for all sets
#   hour,relative_load                                        the shape of a day
#
# Above it stand lines "# key: text", continued by "#   text"; README.md lists the keys. A mistake
# prints file, line and reason and ends with status 1; what was printed by then is not to be used.
# The output does not depend on the order of files or rows. Times are read as decimal text, so no
# figure passes through a binary fraction.

function fail(text)
{
    print (FILENAME == "" ? "csv2c.awk" : FILENAME ":" FNR) ": error: " text | "cat 1>&2"
    close("cat 1>&2")
    failed = 1
    exit 1
}

# "4.231" (ms) -> "4231000" (ns), exact.
function ms_to_ns(text,    parts, digits)
{
    if (text !~ /^[0-9]+(\.[0-9]+)?$/)
        fail("'" text "' is not a decimal number of ms")
    if (split(text, parts, ".") == 1)
        parts[2] = ""
    if (length(parts[1]) > 6 || length(parts[2]) > 6)
        fail("'" text "' is outside the range 1 ns to 1000 s")
    digits = parts[1] substr(parts[2] "000000", 1, 6)
    # BusyBox would read a leading zero as octal.
    sub(/^0+/, "", digits)
    return digits + 0
}

function quoted(text)
{
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

function start_file(    base)
{
    base = FILENAME
    sub(/^.*\//, "", base)
    sub(/\.csv$/, "", base)
    if (base !~ /^[a-z][a-z0-9-]*$/)
        fail("the file's name must be small letters, digits and '-'")
    file = base
    columns = ""
    key = ""
    files[++file_count] = base
}

function read_comment(    rest)
{
    if (columns != "")
        fail("comments stand above the column names")
    if ($0 ~ /^#   [^ ]/ && key != "") {
        head[file, key] = head[file, key] " " substr($0, 5)
        return
    }
    rest = substr($0, 3)
    if ($0 !~ /^# [a-z]+: [^ ]/)
        fail("expected '# key: text' or '#   continued text'")
    key = substr(rest, 1, index(rest, ":") - 1)
    if (index(" title source licence date statistic unit direction kind spread note ",
              " " key " ") == 0)
        fail("unknown key '" key "'")
    if ((file, key) in head)
        fail("key '" key "' is given twice")
    head[file, key] = substr(rest, length(key) + 3)
}

function need(wanted)
{
    if (!((file, wanted) in head))
        fail("'# " wanted ": ...' is missing")
}

function read_columns()
{
    columns = $0
    need("title"); need("source"); need("licence"); need("date"); need("statistic"); need("unit")
    if (columns == "from,to,rtt_ms" || columns == "from,to,rtt_ms,kind") {
        need("direction"); need("spread"); need("note")
        if (head[file, "unit"] != "ms, round trip")
            fail("the unit must be 'ms, round trip'")
        if (head[file, "direction"] != "each" && head[file, "direction"] != "both")
            fail("the direction must be 'each' (every row is one direction) or 'both'")
        if (columns == "from,to,rtt_ms") {
            need("kind")
            check_kind(head[file, "kind"])
        } else if ((file, "kind") in head) {
            fail("give the kind in the header or in a column, not in both")
        }
        sets[++set_count] = file
    } else if (columns != "set,rtt_from_ms,rtt_to_ms,avg_minus_min_ms,dataset" &&
               columns != "hour,relative_load") {
        fail("unknown columns '" columns "'")
    }
}

function check_kind(kind)
{
    if (kind != "measured" && kind != "documented" && kind != "modelled")
        fail("kind '" kind "' is not measured, documented or modelled")
}

function check_place(name)
{
    if (name !~ /^[a-z][a-z0-9-]*$/)
        fail("'" name "' is not a place name (small letters, digits, '-')")
}

function add_link(from, to, ns, kind)
{
    if ((file, from, to) in rtt)
        fail(from " to " to " is given twice")
    rtt[file, from, to] = ns
    kinds[file, from, to] = kind
    links[file]++
}

function add_place(name)
{
    if (!((file, name) in known)) {
        known[file, name] = 1
        place[file, ++places[file]] = name
    }
}

function read_link(    ns, kind)
{
    check_place($1)
    check_place($2)
    if ($1 == $2)
        fail($1 " to itself: only links between places belong here")
    kind = columns == "from,to,rtt_ms" ? head[file, "kind"] : $4
    check_kind(kind)
    ns = ms_to_ns($3)
    if (ns == 0)
        fail("a round trip takes longer than nothing")
    add_place($1)
    add_place($2)
    add_link($1, $2, ns, kind)
    if (head[file, "direction"] == "both")
        add_link($2, $1, ns, kind)
}

function read_band(    from, to)
{
    from = ms_to_ns($2)
    to = ms_to_ns($3)
    if (from >= to)
        fail("an empty band")
    if ($1 in bands && band_to[$1, bands[$1]] != from)
        fail("the bands of '" $1 "' must follow each other without a gap")
    bands[$1]++
    band_from[$1, bands[$1]] = from
    band_to[$1, bands[$1]] = to
    # Half of the round trip's mean extra delay belongs to each direction.
    band_jitter[$1, bands[$1]] = (ms_to_ns($4) - ms_to_ns($4) % 2) / 2
}

function read_hour()
{
    if ($1 != hours + 0 || $1 !~ /^[0-9]+$/)
        fail("expected hour " hours + 0)
    # Read like a time: the ratio in millionths.
    load_ppm[hours++] = ms_to_ns($2)
}

BEGIN { FS = "," }
FNR == 1 { start_file() }
/\r$/ { fail("the line ends with a carriage return") }
/^#/ { read_comment(); next }
columns == "" { read_columns(); column_count = NF; next }
{
    if (NF != column_count)
        fail("found " NF " fields where " column_count " are named")
    if (columns ~ /^from/)
        read_link()
    else if (columns ~ /^set/)
        read_band()
    else
        read_hour()
}

# Insertion sorts: the files are kept sorted, so nearly nothing moves.
function sort_places(set,    i, j, name)
{
    for (i = 2; i <= places[set]; i++) {
        name = place[set, i]
        for (j = i; j > 1 && place[set, j - 1] > name; j--)
            place[set, j] = place[set, j - 1]
        place[set, j] = name
    }
}

function sort_sets(    i, j, name)
{
    for (i = 2; i <= set_count; i++) {
        name = sets[i]
        for (j = i; j > 1 && sets[j - 1] > name; j--)
            sets[j] = sets[j - 1]
        sets[j] = name
    }
}

function jitter_of(set, ns,    i)
{
    for (i = 1; i <= bands[set]; i++)
        if (ns >= band_from[set, i] && ns < band_to[set, i])
            return band_jitter[set, i]
    fail("set '" set "' has no band of spread for a round trip of " sprintf("%d", ns) " ns")
}

# Places are sorted, so walking all ordered pairs of them walks the links sorted by (from, to).
function print_set(set,    c, i, j, from, to, kind)
{
    c = set
    gsub(/-/, "_", c)
    sort_places(set)
    print "static const char *const presets_places_" c "[] = {"
    for (i = 1; i <= places[set]; i++)
        print "    " quoted(place[set, i]) ","
    print "};"
    print ""
    print "static const PresetsLink presets_links_" c "[] = {"
    for (i = 1; i <= places[set]; i++) {
        for (j = 1; j <= places[set]; j++) {
            from = place[set, i]
            to = place[set, j]
            if (!((set, from, to) in rtt)) {
                missing[set] += (i != j)
                continue
            }
            kind = toupper(kinds[set, from, to])
            of_kind[set, kind]++
            printf "    {%s, %s, %d, %d, PRESETS_KIND_%s},\n", quoted(from), quoted(to),
                rtt[set, from, to], jitter_of(set, rtt[set, from, to]), kind
        }
    }
    print "};"
    print ""
}

function print_set_row(set,    c)
{
    c = set
    gsub(/-/, "_", c)
    print "    {"
    print "        .name = " quoted(set) ","
    print "        .title = " quoted(head[set, "title"]) ","
    print "        .source = " quoted(head[set, "source"]) ","
    print "        .licence = " quoted(head[set, "licence"]) ","
    print "        .date = " quoted(head[set, "date"]) ","
    print "        .statistic = " quoted(head[set, "statistic"]) ","
    print "        .spread = " quoted(head[set, "spread"]) ","
    print "        .note = " quoted(head[set, "note"]) ","
    print "        .places = presets_places_" c ","
    print "        .place_count = " places[set] ","
    print "        .links = presets_links_" c ","
    print "        .link_count = " links[set] ","
    print "        .missing_count = " missing[set] + 0 ","
    print "        .kind_count = {" of_kind[set, "MEASURED"] + 0 ", " \
        of_kind[set, "DOCUMENTED"] + 0 ", " of_kind[set, "MODELLED"] + 0 "},"
    print "    },"
}

# Scales the day to 24 million, so that the mean hour is exactly 1,000,000 ppm. What rounding down
# leaves over goes to the hours with the largest remainders, the earlier hour first.
function print_diurnal(    h, sum, left, rest, ppm, best, scaled)
{
    if (hours != 24)
        fail("the shape of a day needs 24 hours, found " hours + 0)
    for (h = 0; h < 24; h++)
        sum += load_ppm[h]
    left = 24000000
    for (h = 0; h < 24; h++) {
        scaled = load_ppm[h] * 24000000
        rest[h] = scaled % sum
        ppm[h] = (scaled - rest[h]) / sum
        left -= ppm[h]
    }
    for (; left > 0; left--) {
        best = 0
        for (h = 1; h < 24; h++)
            if (rest[h] > rest[best])
                best = h
        ppm[best]++
        rest[best] = -1
    }
    print "static const int64_t presets_diurnal_ppm[24] = {"
    for (h = 0; h < 24; h++)
        printf "    %d, /* %02d:00 */\n", ppm[h], h
    print "};"
    print ""
}

END {
    if (failed)
        exit 1
    FILENAME = ""
    if (set_count == 0)
        fail("no set was given")
    sort_sets()
    print "/* Made by models/presets/csv2c.awk from the CSV files beside it; do not edit. */"
    print "#ifndef BUILD_GEN_PRESETS_DATA_H"
    print "#define BUILD_GEN_PRESETS_DATA_H"
    print ""
    print "#include \"models/presets/presets.h\""
    print ""
    for (s = 1; s <= set_count; s++)
        print_set(sets[s])
    print "/* Sorted by name. */"
    print "static const PresetsSet presets_set_table[] = {"
    for (s = 1; s <= set_count; s++)
        print_set_row(sets[s])
    print "};"
    print ""
    print "static const char *const presets_set_name_table[] = {"
    for (s = 1; s <= set_count; s++)
        print "    " quoted(sets[s]) ","
    print "};"
    print ""
    print_diurnal()
    print "#endif"
}
