package server

import (
	_ "embed"
	"encoding/json"
	"net/http"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides/stage"
)

// The speaker's desk is the page of the audience, with the same slides, drawn and patched in the same
// way. A script of its own puts two slides into panes. The desk alone gets notes, and by a request of
// its own: messages to all windows have no notes, so no page of the audience can hold them.

var (
	//go:embed speaker.tmpl
	deskSource string
	//go:embed speaker.css
	deskStyle string
	//go:embed speaker.js
	deskScript string
)

// speaker answers with the speaker's desk.
func (s *Server) speaker(w http.ResponseWriter, r *http.Request) { s.page(w, r, desk) }

// desk makes the speaker's desk from the page of the audience.
func desk(f *html.Frame) {
	f.Aside, f.Keys = deskSource, stage.Bindings(stage.Desk)
	f.Title = "Speaker: " + f.Title
	f.Style += deskStyle
	f.Scripts = append(f.Scripts, deskScript)
}

// note is a slides.Note for the speaker's view.
type note struct {
	Step int    `json:"step"`
	Text string `json:"text"`
}

// notes answers with the notes by slide, counted from 0. Slides without notes are left out.
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
	_ = json.NewEncoder(w).Encode(all) // on an error, the reader has closed the connection
}
