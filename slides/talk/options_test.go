package talk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/live"
)

// TestOptions: the deck decides, then slidexec.yaml, then presenterm.yaml beside the deck, then the user's own file.
func TestOptions(t *testing.T) {
	const deck = "one\n\n---\n\ntwo\n"
	for _, tt := range []struct {
		name  string
		files []string
		want  int    // slides
		set   string // files that set options
		diags string // what they mention, and nothing else
	}{
		{"nothing", []string{"talk/deck.md", deck}, 1, "", ""},
		{"the deck", []string{"talk/deck.md", "---\noptions: {end_slide_shorthand: true}\n---\n" + deck}, 2, "deck.md", ""},
		{"the user's", []string{"config/presenterm/config.yaml", "options: {end_slide_shorthand: true}\n", "talk/deck.md", deck}, 2, "config.yaml", ""},
		{"beside the deck", []string{"talk/presenterm.yaml", "options: {end_slide_shorthand: true}\n", "talk/deck.md", deck}, 2, "presenterm.yaml", ""},
		{"slidexec.yaml", []string{"talk/slidexec.yaml", "options: {end_slide_shorthand: true}\n", "talk/deck.md", deck}, 2, "slidexec.yaml", ""},
		{"the deck over the user's", []string{"config/presenterm/config.yaml", "options: {end_slide_shorthand: true}\n",
			"talk/deck.md", "---\noptions: {end_slide_shorthand: false}\n---\n" + deck}, 1, "config.yaml deck.md", ""},
		{"each over those before", []string{"config/presenterm/config.yaml", "options: {end_slide_shorthand: true}\n",
			"talk/presenterm.yaml", "options: {end_slide_shorthand: false}\n", "talk/slidexec.yaml", "options: {end_slide_shorthand: true}\n", "talk/deck.md", deck},
			2, "config.yaml presenterm.yaml slidexec.yaml", ""},
		{"options of another version", []string{"config/presenterm/config.yaml", "options: {h2_slide_titles: true, end_slide_shorthand: true}\n", "talk/deck.md", deck},
			2, "config.yaml", `config.yaml:1:11: warning: unknown option "h2_slide_titles"`},
		{"a mistake of ours", []string{"talk/slidexec.yaml", "options: {end_slide_shorthand: maybe}\n", "talk/deck.md", deck}, 1, "", "slidexec.yaml:1:32: end_slide_shorthand: want true or false"},
		{"no mapping", []string{"talk/presenterm.yaml", "options: [a]\n", "talk/deck.md", deck}, 1, "", "presenterm.yaml:1:10: warning: options: want a mapping"},
		{"no YAML", []string{"talk/presenterm.yaml", "options: [\n", "talk/deck.md", deck}, 1, "", "presenterm.yaml:1"},
		{"other mistakes are not told here", []string{"talk/presenterm.yaml", "bindings: {next: [q]}\n", "talk/deck.md", deck}, 1, "", ""},
		{"a key that the user's own settings forgive", []string{"config/presenterm/config.yaml", "options: {strict_front_matter_parsing: false}\n",
			"talk/deck.md", "---\npotato: 1\n---\n" + deck}, 1, "config.yaml", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, tt.files...)
			talk, err := Open(t.Context(), d.options())
			if err != nil {
				t.Fatal(err)
			}
			if n := len(talk.Deck.Slides); n != tt.want {
				t.Errorf("%d slides, want %d", n, tt.want)
			}
			var set []string
			for _, s := range talk.Deck.Meta.Set {
				name := s.At.File.Name
				set = append(set, name[strings.LastIndexByte(name, '/')+1:])
			}
			if got := strings.Join(set, " "); got != tt.set {
				t.Errorf("set by %q, want %q", got, tt.set)
			}
			if got := talk.Deck.Diags; tt.diags == "" && len(got) > 0 || tt.diags != "" && (len(got) != 1 || !strings.Contains(got.Error(), tt.diags) ||
				got.Failed() != strings.HasPrefix(tt.diags, "slidexec.yaml")) {
				t.Errorf("diagnostics %v, want %q", got, tt.diags)
			}
		})
	}
}

// TestFollowOptions: an edit of options beside the deck changes the slides, and slides that stay are not mixed up.
func TestFollowOptions(t *testing.T) {
	var deck strings.Builder
	for i := range 20 {
		fmt.Fprintf(&deck, "slide %d\n\n---\n\nmore\n\n<!-- end_slide -->\n\n", i)
	}
	d := newDesk(t, "talk/deck.md", deck.String())
	talk, err := Follow(t.Context(), d.options(), live.All)
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close()
	var b slides.Board
	events := talk.Events(t.Context())
	for _, want := range []int{21, 41, 21} {
		await(t, events, &b, func() bool { return b.Deck != nil && len(b.Deck.Slides) == want })
		d.write("talk/presenterm.yaml", fmt.Sprintf("options: {end_slide_shorthand: %v}\n", want == 21))
	}
}

// TestOwnCode: the user's colours of code are files in the folder of the configuration, of bounded size; a
// name cannot lead out of that folder.
func TestOwnCode(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	at := filepath.Join(dir, "presenterm", "themes", "highlighting")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"mine": "<plist/>", "big": strings.Repeat(" ", maxTheme+1), "../out": "<plist/>"} {
		if err := os.WriteFile(filepath.Join(at, name+".tmTheme"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if f, err := OwnCode("mine"); err != nil || f == nil || string(f.Src) != "<plist/>" {
		t.Errorf("mine is %v, %v", f, err)
	}
	if f, err := OwnCode("big"); err == nil || f != nil {
		t.Errorf("a file that is too large is %v, %v", f, err)
	}
	for _, name := range []string{"none", "../out", ""} {
		if f, err := OwnCode(name); err != nil || f != nil {
			t.Errorf("%q is %v, %v", name, f, err)
		}
	}
}
