package server

import (
	"encoding/json"
	"maps"
	"net/http"

	"github.com/slidexec/slidexec/slides"
)

// Editor changes programs of the talk. The changes are in the talk alone until they are saved. An edit
// has a number, because the key of a program depends on its code.
type Editor interface {
	// Source returns the lines of a program, and the number of their edit; 0: they are as in the file.
	Source(key slides.Key) (code string, edit int, err error)
	// Edit replaces the lines of a program, the one of an edit or of a key, and may run it.
	Edit(key slides.Key, edit int, code string, run bool) (int, error)
	Undo(edit int) error
	Save(edit int) error
	Edits() map[slides.Key]int // those that are not saved
}

// edits reports whether programs can be changed. If not, it answers the request with an error.
func (s *Server) edits(w http.ResponseWriter) bool {
	if s.Editor == nil {
		refuse(w, http.StatusNotImplemented, "this server cannot change programs")
	}
	return s.Editor != nil
}

// edited answers with what became of an edit: 409 says that it could not be, and why.
func edited(w http.ResponseWriter, v any, err error) {
	if err != nil {
		refuse(w, http.StatusConflict, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // on an error, the reader has closed the connection
}

func (s *Server) source(w http.ResponseWriter, r *http.Request) {
	if !s.edits(w) || !s.started(w, r) {
		return
	}
	code, edit, err := s.Editor.Source(slides.Key(r.URL.Query().Get("key")))
	edited(w, map[string]any{"code": code, "edit": edit}, err)
}

// edit changes a program, saves an edit, or takes it back.
func (s *Server) edit(w http.ResponseWriter, r *http.Request) {
	var c struct {
		Key        slides.Key
		Edit       int
		Code       *string
		Run        bool
		Save, Undo bool
	}
	if !s.edits(w) || !read(w, r, &c) || !s.started(w, r) {
		return
	}
	var err error
	if c.Code != nil {
		c.Edit, err = s.Editor.Edit(c.Key, c.Edit, *c.Code, c.Run)
	}
	if err == nil && c.Save && c.Edit != 0 {
		err = s.Editor.Save(c.Edit)
	}
	if err == nil && c.Undo && c.Edit != 0 {
		err = s.Editor.Undo(c.Edit)
	}
	if err == nil && !s.owner(w, r, (*state).tellEdits) {
		return
	}
	edited(w, map[string]any{"edit": c.Edit}, err)
}

// unsaved returns the keys of the programs with edits that are not saved.
func (st *state) unsaved() map[slides.Key]int {
	if st.srv.Editor == nil {
		return nil
	}
	return st.srv.Editor.Edits()
}

// tellEdits tells windows which programs have edits that are not saved, if that has changed.
func (st *state) tellEdits() {
	if now := st.unsaved(); !maps.Equal(now, st.edited) {
		st.edited = now
		st.hub.mention("edits", now)
	}
}
