package server

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestEditor: a page changes programs, saves and takes back, and every window hears which are not saved.
func TestEditor(t *testing.T) {
	s, page := with(t, three("Two"))
	events, _ := s.listen(stateOf(page))
	if h := s.want(events, "hello"); !strings.Contains(h.data, `"edits":null`) && !strings.Contains(h.data, `"edits":{}`) {
		t.Errorf("the first event is %s", h.data)
	}
	if got := s.get("/source?key=key-who"); got != `{"code":"the lines of key-who\n","edit":0}`+"\n" {
		t.Errorf("the source is %s", got)
	}
	send := func(body string) (int, string) {
		t.Helper()
		req, err := http.NewRequest("POST", s.url+"/edit", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", s.url)
		req.Header.Set("Content-Type", "application/json")
		r, err := s.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, strings.TrimSpace(string(text))
	}
	for _, tt := range []struct {
		body   string
		status int
		answer string
		asked  []string
		edits  string // the event, "" for none
	}{
		{`{"key":"key-who","code":"ls\n","run":true}`, 200, `{"edit":7}`, []string{`edit key-who 0 "ls\n" true`}, `{"key-who":7}`},
		{`{"edit":7,"code":"wrong"}`, 409, "slidexec: this would end its block", []string{`edit  7 "wrong" false`}, ""},
		{`{"key":"key-who","edit":7,"code":"","save":true}`, 200, `{"edit":7}`, []string{`edit key-who 7 "" false`, "save 7"}, `null`},
		{`{"key":"key-who","code":"pwd"}`, 200, `{"edit":7}`, []string{`edit key-who 0 "pwd" false`}, `{"key-who":7}`},
		{`{"edit":7,"undo":true}`, 200, `{"edit":7}`, []string{"undo 7"}, `null`},
		{`{"edit":"x"}`, 400, "slidexec: the body does not have the fields of this request", nil, ""},
		{`{"path":"/etc/passwd"}`, 400, "slidexec: the body does not have the fields of this request", nil, ""},
	} {
		status, answer := send(tt.body)
		if status != tt.status || answer != tt.answer {
			t.Errorf("%s: %d %s", tt.body, status, answer)
		}
		for _, want := range tt.asked {
			if got := <-s.asked; got != want {
				t.Errorf("%s asks %q, want %q", tt.body, got, want)
			}
		}
		if tt.edits != "" {
			if e := s.want(events, "edits"); e.data != tt.edits {
				t.Errorf("%s: windows hear %s", tt.body, e.data)
			}
		}
	}
	r, err := s.client.Get(s.url + "/source?key=key-fixed")
	if err != nil || r.StatusCode != http.StatusConflict {
		t.Errorf("a program that cannot be edited: %v %v", r, err)
	}
}

// TestEditsReachNoFollower: the audience hears nothing of what is not saved.
func TestEditsReachNoFollower(t *testing.T) {
	all := public([]*message{newMessage(0, "edits", map[string]int{"k": 1}), newMessage(3, "slides", 1)})
	if len(all) != 1 || all[0].name != "slides" {
		t.Errorf("the audience hears %d messages", len(all))
	}
}

// TestNoEditor: a server without an editor says so.
func TestNoEditor(t *testing.T) {
	s := serve(t, func(s *Server) { s.Editor = nil })
	s.load(three("Two"))
	s.get("/?token=" + ticket)
	if code := s.post("/edit", `{"key":"key-who","code":"x"}`); code != http.StatusNotImplemented {
		t.Errorf("status %d", code)
	}
}
