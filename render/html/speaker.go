package html

import (
	_ "embed"
	"net/http"
)

// The speaker's desk is the page of the audience, with the same slides, drawn and patched in the
// same way; a script of its own puts two of them into panes. Notes come to it alone, and apart from
// the slides: so no page of the audience can hold them, whatever is sent to all windows.

var (
	//go:embed speaker.tmpl
	deskSource string
	//go:embed speaker.css
	deskStyle string
	//go:embed speaker.js
	deskScript string
)

// speaker answers with the speaker's desk.
func (s *Server) speaker(w http.ResponseWriter, r *http.Request) {
	s.page(w, r, func(f *Frame) {
		f.Aside, f.Help = deskSource, deskHelp
		f.Title = "Speaker: " + f.Title
		f.Style += deskStyle
		f.Scripts = append(f.Scripts, deskScript)
	})
}

// deskHelp is what the desk says about its keys.
var deskHelp = []HelpRow{
	{[]string{"→", "Space", "j", "l"}, "next step"},
	{[]string{"←", "h", "k"}, "previous step"},
	{[]string{"n", "p"}, "next, previous slide"},
	{[]string{"gg", "G"}, "first, last slide"},
	{[]string{"12 G"}, "slide 12"},
	{[]string{"S"}, "all steps of the slide"},
	{[]string{"Ctrl P", "o"}, "find a slide"},
	{[]string{"b"}, "black screen for the audience"},
	{[]string{"t"}, "start or pause the clock"},
	{[]string{"e", "Ctrl E"}, "run the slide's programs"},
	{[]string{"x"}, "stop them"},
	{[]string{"Ctrl R"}, "run again what was run"},
	{[]string{"?"}, "this help"},
}
