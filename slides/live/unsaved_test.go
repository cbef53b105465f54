package live

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// onStage is a talk whose programs somebody edits on the stage.
type onStage struct {
	heard
	t    *testing.T
	path string
	src  onDisk
}

func onTheStage(t *testing.T, text string) *onStage {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deck.md")
	write(t, path, text)
	talk, src := open(t, path, Auto)
	s := &onStage{talk, t, path, src}
	s.shows(text)
	return s
}

// shows waits for a deck with a text.
func (s *onStage) shows(text string) *slides.Deck {
	s.t.Helper()
	return await(s.t, s.heard, func(l slides.Loaded) bool { return source(l) == text }).Deck
}

// disk compares the file.
func (s *onStage) disk(want string) {
	s.t.Helper()
	if got, err := os.ReadFile(s.path); err != nil || string(got) != want {
		s.t.Errorf("the file has %q, %v; want %q", got, err, want)
	}
}

func (s *onStage) edit(key slides.Key, id int, code string, run bool) int {
	s.t.Helper()
	id, err := s.Edit(key, id, code, run)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *onStage) prints(text string) {
	s.t.Helper()
	await(s.t, s.heard, func(r slides.Ran) bool { return r.Result.State == slides.Done && string(r.Result.Bytes()) == text })
}

const one = "# Talk\n\n```sh +exec\none\n```\n\ntext\n"

// TestEdit: an edit is shown and run as if it were saved, and the file stays.
func TestEdit(t *testing.T) {
	s := onTheStage(t, one)
	talk := s.heard
	var key slides.Key
	for _, sn := range s.programs() {
		key = sn
	}
	if code, id, err := talk.Source(key); code != "one\n" || id != 0 || err != nil {
		t.Fatalf("the source is %q, edit %d, %v", code, id, err)
	}
	id := s.edit(key, 0, "two", true)
	deck := s.shows(strings.Replace(one, "one", "two", 1))
	s.prints("two\n")
	s.disk(one)
	now := deck.Snippets[0].Key
	if code, at, err := talk.Source(now); code != "two\n" || at != id || err != nil {
		t.Errorf("the source is %q, edit %d, %v", code, at, err)
	}
	if all := talk.Edits(); len(all) != 1 || all[now] != id {
		t.Errorf("unsaved: %v", all)
	}
	if again := s.edit(key, id, "three\nfour\n", false); again != id {
		t.Errorf("the edit became number %d", again)
	}
	s.shows(strings.Replace(one, "one", "three\nfour", 1))
	write(t, s.path, "above\n\n"+one) // the author goes on elsewhere
	s.shows("above\n\n" + strings.Replace(one, "one", "three\nfour", 1))
	s.edit("", id, "three\nfour\n", true) // nothing to read anew
	s.prints("three\nfour\n")
	if err := talk.Save(id); err != nil {
		t.Fatal(err)
	}
	s.disk("above\n\n" + strings.Replace(one, "one", "three\nfour", 1))
	if all := talk.Edits(); len(all) != 0 {
		t.Errorf("after saving, unsaved: %v", all)
	}
	if _, err := talk.Edit("", id, "x", false); err != errNoEdit {
		t.Errorf("an edit that was saved: %v", err)
	}
}

func (s *onStage) programs() (keys []slides.Key) {
	s.do(func(w *owner) {
		for _, sn := range w.programs() {
			keys = append(keys, sn.Key)
		}
	})
	return keys
}

// TestUndo: a program can have the lines of its file back, and runs with them.
func TestUndo(t *testing.T) {
	s := onTheStage(t, one)
	key := s.programs()[0]
	id := s.edit(key, 0, "two", false)
	s.shows(strings.Replace(one, "one", "two", 1))
	if err := s.Undo(id); err != nil {
		t.Fatal(err)
	}
	s.shows(one)
	if err := s.Undo(id); err != errNoEdit {
		t.Errorf("undone twice: %v", err)
	}
	id = s.edit(key, 0, "two", false)
	s.shows(strings.Replace(one, "one", "two", 1))
	if id := s.edit(key, id, "one", true); id != 0 {
		t.Errorf("an edit that changes nothing has number %d", id)
	}
	s.shows(one)
	s.prints("one\n")
	s.disk(one)
}

// TestEditLost: if the author changes the program itself, the author is right, and is told.
func TestEditLost(t *testing.T) {
	s := onTheStage(t, one)
	id := s.edit(s.programs()[0], 0, "two", false)
	s.shows(strings.Replace(one, "one", "two", 1))
	now := strings.Replace(one, "one", "by the author", 1)
	write(t, s.path, now)
	deck := s.shows(now)
	if len(deck.Diags) != 1 || deck.Diags[0].Severity != slides.Warning || !strings.Contains(deck.Diags[0].Msg, "does not fit any more") {
		t.Errorf("the deck says %v", deck.Diags)
	}
	if err := s.Save(id); err != errNoEdit {
		t.Errorf("saved: %v", err)
	}
	s.disk(now)
}

// TestEditSavedByHand: an author who copies the edit into the file has saved it.
func TestEditSavedByHand(t *testing.T) {
	s := onTheStage(t, one)
	s.edit(s.programs()[0], 0, "two", false)
	now := strings.Replace(one, "one", "two", 1)
	s.shows(now)
	write(t, s.path, now+"more\n")
	if deck := s.shows(now + "more\n"); len(deck.Diags) > 0 {
		t.Errorf("the deck says %v", deck.Diags)
	}
	if all := s.Edits(); len(all) != 0 {
		t.Errorf("unsaved: %v", all)
	}
}

// TestEditsTogether: of equal programs only the one that was meant changes, and saving one edit leaves
// the others.
func TestEditsTogether(t *testing.T) {
	block := "```sh +exec\nsame\n```\n\n"
	s := onTheStage(t, block+block+"```sh +exec\nother\n```\n")
	keys := s.programs()
	second := s.edit(keys[1], 0, "changed", false)
	s.shows(block + strings.Replace(block, "same", "changed", 1) + "```sh +exec\nother\n```\n")
	s.edit(keys[2], 0, "too", false)
	s.shows(block + strings.Replace(block, "same", "changed", 1) + "```sh +exec\ntoo\n```\n")
	if err := s.Save(second); err != nil {
		t.Fatal(err)
	}
	s.disk(block + strings.Replace(block, "same", "changed", 1) + "```sh +exec\nother\n```\n")
	if all := s.Edits(); len(all) != 1 {
		t.Errorf("unsaved: %v", all)
	}
}

// TestEditRefused: what cannot be edited on the stage says why, and changes nothing.
func TestEditRefused(t *testing.T) {
	for _, tt := range []struct{ name, deck, code, says string }{
		{"in a list", "- item\n\n  ```sh +exec\n  one\n  ```\n", "two", "in a list or a quotation"},
		{"in a quotation", "> ```sh +exec\n> one\n> ```\n", "two", "in a list or a quotation"},
		{"no end", "```sh +exec\none\n", "two", "no end"},
		{"a fence in the code", one, "echo\n```\n# more", "would end its block"},
		{"a longer one", one, "  `````", "would end its block"},
		{"too long", one, strings.Repeat("x", maxProgram+1), "at most 64 KiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := onTheStage(t, tt.deck)
			_, err := s.Edit(s.programs()[0], 0, tt.code, true)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("it says %v, want %q", err, tt.says)
			}
			if all := s.Edits(); len(all) != 0 {
				t.Errorf("unsaved: %v", all)
			}
			s.disk(tt.deck)
		})
	}
	s := onTheStage(t, one)
	if _, err := s.Edit("nothing", 0, "x", false); err != errNoProgram {
		t.Errorf("no such program: %v", err)
	}
	if _, _, err := s.Source("nothing"); err != errNoProgram {
		t.Errorf("no such program: %v", err)
	}
}

// TestEditEndings: line ends of the file stay, and a program may become empty.
func TestEditEndings(t *testing.T) {
	deck := strings.ReplaceAll(one, "\n", "\r\n")
	s := onTheStage(t, deck)
	key := s.programs()[0]
	if code, _, err := s.Source(key); code != "one\n" || err != nil {
		t.Errorf("the source is %q, %v", code, err)
	}
	id := s.edit(key, 0, "two\nthree", false)
	s.shows(strings.Replace(deck, "one", "two\r\nthree", 1))
	s.edit(key, id, "", false)
	s.shows(strings.Replace(deck, "one\r\n", "", 1))
	if err := s.Save(id); err != nil {
		t.Fatal(err)
	}
	s.disk(strings.Replace(deck, "one\r\n", "", 1))
}
