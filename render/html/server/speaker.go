package server

import (
	_ "embed"
	"encoding/json"
	"net/http"

	"github.com/slidexec/slidexec/render/html"
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
	s.page(w, r, func(f *html.Frame) {
		f.Aside, f.Help = deskSource, deskHelp
		f.Title = "Speaker: " + f.Title
		f.Style += deskStyle
		f.Scripts = append(f.Scripts, deskScript)
	})
}

// note is what the speaker's view shows of a slides.Note.
type note struct {
	Step int    `json:"step"`
	Text string `json:"text"`
}

// notes answers with the notes of all slides that have some, by their places counted from 0. They
// come on their own, so that pages of the audience do not hold them.
func (s *Server) notes(w http.ResponseWriter, r *http.Request) {
	if !s.started(w, r) {
		return
	}
	all := map[int][]note{}
	if !s.owner(w, r, func(st *state) {
		for i, sl := range st.view.Deck.Slides {
			for _, n := range sl.Notes {
				all[i] = append(all[i], note{n.Step, html.Clean(n.Text)})
			}
		}
	}) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(all) // the reader is gone: nobody is left to be told
}

// deskHelp is what the desk says about its keys.
var deskHelp = []html.HelpRow{
	{Keys: []string{"→", "Space", "j", "l"}, Does: "next step"},
	{Keys: []string{"←", "h", "k"}, Does: "previous step"},
	{Keys: []string{"n", "p"}, Does: "next, previous slide"},
	{Keys: []string{"gg", "G"}, Does: "first, last slide"},
	{Keys: []string{"12 G"}, Does: "slide 12"},
	{Keys: []string{"S"}, Does: "all steps of the slide"},
	{Keys: []string{"Ctrl P", "o"}, Does: "find a slide"},
	{Keys: []string{"b"}, Does: "black screen for the audience"},
	{Keys: []string{"t"}, Does: "start or pause the clock"},
	{Keys: []string{"e", "Ctrl E"}, Does: "run the slide's programs"},
	{Keys: []string{"x"}, Does: "stop them"},
	{Keys: []string{"Ctrl R"}, Does: "run again what was run"},
	{Keys: []string{"?"}, Does: "this help"},
}
