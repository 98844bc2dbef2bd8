/*
 * page.c: Markdown through md4c, pictures and wide tables made fit for a browser.
 *
 * md4c writes <p><img src="plots/x.svg" alt="..."></p> and <table>; these two are looked for in its
 * output and replaced. Raw HTML in the Markdown is switched off, so neither can come from a
 * scenario's words.
 */
#include "reports/page.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>
#include <md4c-html.h>

#include "sim/base/assert.h"
#include "sim/base/text.h"

static const char style[] =
    "html{-webkit-text-size-adjust:100%}"
    "body{margin:0;background:#fff;color:#222;font:16px/1.55 \"DejaVu Sans\",Verdana,system-ui,"
    "sans-serif}"
    "main{max-width:1100px;margin:0 auto;padding:1rem 1.25rem 4rem;overflow-wrap:break-word}"
    "h1{font-size:1.7rem;line-height:1.25;margin:1rem 0}"
    "h2{font-size:1.3rem;margin:2.6rem 0 .6rem;padding-top:.7rem;border-top:1px solid #d5d5d5}"
    "h3{font-size:1.06rem;margin:1.8rem 0 .4rem}"
    "p,li{max-width:48rem}"
    "a{color:#0062a0}"
    "blockquote{margin:1rem 0;padding:.1rem 1rem;border-left:4px solid #d5d5d5;color:#555}"
    "code{font:.92em \"DejaVu Sans Mono\",monospace;background:#f3f3f3;padding:.1em .3em;"
    "border-radius:3px}"
    "pre{background:#f3f3f3;padding:.8rem 1rem;overflow-x:auto;border-radius:4px}"
    "pre code{padding:0;background:none}"
    /* A shadow at the edge behind which there is more of a table. */
    ".table{overflow-x:auto;margin:1rem 0;max-width:100%;background:"
    "linear-gradient(90deg,#fff 30%,#fff0) 0/40px 100% no-repeat local,"
    "linear-gradient(270deg,#fff 30%,#fff0) 100%/40px 100% no-repeat local,"
    "linear-gradient(90deg,#0003,#0000) 0/12px 100% no-repeat scroll,"
    "linear-gradient(270deg,#0003,#0000) 100%/12px 100% no-repeat scroll}"
    "table{border-collapse:collapse;font-size:.88rem;line-height:1.4;"
    "font-variant-numeric:tabular-nums}"
    "th,td{padding:.35rem .4rem;border-bottom:1px solid "
    "#e3e3e3;vertical-align:top;text-align:left}"
    "th{border-bottom:2px solid #999;font-weight:600;vertical-align:bottom;min-width:3.5rem}"
    "td[align=right]{text-align:right;white-space:nowrap}th[align=right]{text-align:right}"
    "td:not([align=right]){min-width:6rem;max-width:26rem;overflow-wrap:normal}"
    ".picture{margin:1.2rem 0 .3rem}.picture+p{font-size:.85rem;margin-top:0}"
    ".picture svg{display:block;max-width:100%;height:auto}"
    /* Two drawings of each picture; on narrow screens the one whose words stay legible there. */
    ".picture svg+svg{display:none}"
    "@media(max-width:1000px){.picture svg{display:none}"
    ".picture svg+svg,.picture svg:only-child{display:block;width:100%;max-width:600px}}"
    ".picture text{font-family:\"DejaVu Sans\",Verdana,sans-serif}"
    "@media(max-width:600px){body{font-size:15px}main{padding:.5rem .9rem 3rem}"
    "h1{font-size:1.35rem}h2{font-size:1.15rem}"
    "th,td{padding:.3rem .4rem}table{font-size:.8rem}td:not([align=right]){min-width:4.5rem}}"
    "@media print{main{max-width:none}.table{overflow:visible}}";

static void append_html(const MD_CHAR *text, MD_SIZE size, void *page)
{
    g_string_append_len(page, text, (gssize)size);
}

/* The <svg> element of a picture, without the XML prolog that may not stand inside a page; NULL if
 * there is no such file. */
static char *read_svg(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    const char *begin = strstr(text, "<svg");
    const char *end = begin == NULL ? NULL : g_strrstr(begin, "</svg>");
    return end == NULL ? NULL : g_strndup(begin, (gsize)(end - begin) + strlen("</svg>"));
}

/* `at` is behind "<p><img src=\"plots/"; returns where the paragraph ends, or NULL to leave it
 * alone. */
static const char *put_picture(GString *page, const char *at, const char *directory)
{
    const char *quote = strchr(at, '"');
    const char *close = quote == NULL ? NULL : strchr(quote, '>');
    const char *alt = quote == NULL ? NULL : strstr(quote, "alt=\"");
    if (close == NULL || alt == NULL || alt > close || !g_str_has_prefix(close, "></p>"))
        return NULL;
    g_autofree char *file = g_strndup(at, (gsize)(quote - at));
    g_autofree char *name = g_build_filename("plots", file, NULL);
    g_autofree char *wide = read_svg(directory, name);
    if (wide == NULL)
        return NULL;
    g_autofree char *stem = g_strndup(name, strlen(name) - strlen(".svg"));
    g_autofree char *narrow_name = g_strconcat(stem, "_narrow.svg", NULL);
    g_autofree char *narrow = read_svg(directory, narrow_name);
    const char      *words = alt + strlen("alt=\"");
    g_autofree char *about = g_strndup(words, strcspn(words, "\""));
    g_string_append_printf(page, "<figure class=\"picture\" role=\"img\" aria-label=\"%s\">%s%s",
                           about, wide, narrow == NULL ? "" : narrow);
    g_string_append(page, "</figure>");
    return close + strlen("></p>");
}

static void fit(GString *page, const char *body, const char *directory)
{
    static const char image[] = "<p><img src=\"plots/";
    static const char open[] = "<table>";
    static const char shut[] = "</table>";
    for (const char *at = body; *at != '\0';) {
        const char *after = NULL;
        if (g_str_has_prefix(at, image))
            after = put_picture(page, at + strlen(image), directory);
        else if (g_str_has_prefix(at, open)) {
            /* A box that scrolls has to be reachable by keyboard. */
            g_string_append(page, "<div class=\"table\" tabindex=\"0\"><table>");
            after = at + strlen(open);
        } else if (g_str_has_prefix(at, shut)) {
            g_string_append(page, "</table></div>");
            after = at + strlen(shut);
        }
        if (after != NULL) {
            at = after;
            continue;
        }
        g_string_append_c(page, *at);
        at++;
    }
}

char *page_from_markdown(const char *markdown, const char *title, const char *directory)
{
    g_autoptr(GString) body = g_string_new(NULL);
    int code = md_html(markdown, (MD_SIZE)strlen(markdown), append_html, body,
                       MD_DIALECT_GITHUB | MD_FLAG_NOHTML, 0);
    SIM_ASSERT(code == 0); /* fails only without memory */
    g_autofree char *shown = sim_text_shown(title, false);
    g_autofree char *name = g_markup_escape_text(shown, -1);
    GString         *page = g_string_new(NULL);
    g_string_append_printf(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n",
        name, style);
    fit(page, body->str, directory);
    g_string_append(page, "</main>\n</body>\n</html>\n");
    return g_string_free(page, FALSE);
}
