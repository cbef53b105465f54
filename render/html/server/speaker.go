package server

import (
	"encoding/json"
	"net/http"

	"github.com/slidexec/slidexec/render/html"
)

// speaker answers with the speaker's desk. It alone gets notes, and by a request of its own: messages to
// all windows have no notes, so no page of the audience can hold them.
func (s *Server) speaker(w http.ResponseWriter, r *http.Request) { s.page(w, r, (*html.Frame).Desk) }

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
