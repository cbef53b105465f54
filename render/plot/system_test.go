package plot

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// forbidden returns a font whose licence forbids to embed it.
func forbidden(t *testing.T) []byte {
	data := bytes.Clone(goregular.TTF)
	for i := range int(binary.BigEndian.Uint16(data[4:])) {
		if e := data[12+16*i:]; string(e[:4]) == "OS/2" {
			binary.BigEndian.PutUint16(data[binary.BigEndian.Uint32(e[8:])+8:], 2)
			return data
		}
	}
	t.Fatal("the font has no table OS/2")
	return nil
}

// TestSystem: a character comes from a font of the machine that has it: one that is good for its script, in
// the same weight if there is one. Broken and forbidden fonts are as good as none.
func TestSystem(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems keep fonts elsewhere")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_DIRS", "relative"+string(filepath.ListSeparator)+filepath.Join(home, "more"))
	for name, data := range map[string][]byte{
		".fonts/a/NotoSansSymbols2-Regular.ttf": []byte("\x00\x01\x00\x00 no font"),
		".fonts/NotoSansMath.ttf":               goregular.TTF[:5000],
		".fonts/NotoSansSymbols.ttf":            forbidden(t),
		".fonts/FreeSans-Italic.ttf":            goregular.TTF,
		".fonts/FreeSans.txt":                   goregular.TTF,
		"more/fonts/FreeSans.TTF":               goregular.TTF,
		"more/fonts/FreeSansBold.ttf":           gobold.TTF,
	} {
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &system{}
	s.look()
	s.paths = slices.DeleteFunc(s.paths, func(p string) bool { rel, err := filepath.Rel(home, p); return err != nil || !filepath.IsLocal(rel) })
	if len(s.paths) != 6 {
		t.Errorf("found %q", s.paths)
	}
	fs := newFonts()
	for c, want := range map[cut]string{0: "GoRegular", bold: "Go-Bold", mono: "GoRegular"} {
		if f := s.find(fs, '→', c); f == nil || f.font.PostScriptName() != want {
			t.Errorf("%d: %+v, want %s", c, f, want)
		}
	}
	if f := s.find(fs, '☃', 0); f != nil {
		t.Error("a character that no font has was found")
	}
	opened := s.left
	if s.find(fs, '☂', 0); s.left != opened {
		t.Error("the same fonts were opened again")
	}
	for name := range s.opened {
		if f := s.opened[name]; f != nil && filepath.Dir(name) != filepath.Join(home, "more/fonts") {
			t.Errorf("%s was used", name)
		}
	}
}

// TestScripts: what a character is for those who look for a font.
func TestScripts(t *testing.T) {
	for r, want := range map[rune]string{'か': "Japanese", '한': "Korean", '漢': "Chinese", '。': "Chinese", 'ש': "Hebrew", 'م': "Arabic", 'न': "Devanagari",
		'த': "Indic letters", 'ไ': "Thai", '🎉': "emoji", '⇶': "signs", 'ᚠ': "other letters"} {
		if got := scriptOf(r).name; got != want {
			t.Errorf("%c is %s, want %s", r, got, want)
		}
	}
}
