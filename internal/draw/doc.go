// Package draw runs the drawing code of the web application in process and paints
// what it draws as PDF and PNG. No browser is involved.
//
// A scene is a small list of marks in CSS pixels: rectangles, paths, lines, circles,
// texts, clips and groups. The code in web/src/draw makes scenes of results; with it
// comes web/src/features/dashboards/snapshot, which lays a dashboard out on pages. The
// web build writes both as one script, and Inter as TrueType files, into its folder
// draw, which New reads.
//
// An Engine keeps runtimes of the script; each serves one call at a time and is
// thrown away when a call was interrupted. Painters know every mark there is; one
// that they do not know is an error, so that nothing is left out in silence.
//
// Widths of texts are those of the layout: advances of Inter without kerning, and a
// fixed advance for what Inter does not have, which is painted as an empty box.
package draw
