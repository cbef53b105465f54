package server

import (
	_ "embed"
	"encoding/json"
	"net/http"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides/stage"
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
		f.Aside, f.Keys = deskSource, stage.Bindings(stage.Desk)
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
