/*
 * page.h: the report as one HTML page.
 */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

/* Turns the Markdown into a page that needs no network, no scripts and no other file: pictures that
 * exist below `directory` are put in as SVG. Owned (g_free). Never fails: a picture that cannot be
 * read stays a link. */
char *page_from_markdown(const char *markdown, const char *title, const char *directory);

#endif
