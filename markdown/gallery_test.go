package markdown

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// TestGallery: the gallery deck of the examples has every word of the dialect, and no mistake.
func TestGallery(t *testing.T) {
	const name = "../examples/gallery/gallery.md"
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	deck, err := Parse(name, src, Config{})
	if err != nil || len(deck.Diags) > 0 {
		t.Fatalf("%v %v", err, deck.Diags)
	}
	if l := deck.Meta.Look; l.Light == nil || l.CSS == "" || len(l.Files) < 5 || len(l.Footer.Left.Text) == 0 || l.Footer.Center.Image == nil {
		t.Errorf("the gallery lacks parts of its theme: %+v", l)
	}
	text := string(src)
	front, body, _ := strings.Cut(text[4:], "\n---\n")
	d := Words()
	for _, c := range d.Commands {
		names := append([]string{c.Name}, c.Aliases...)
		if !slices.ContainsFunc(names, func(n string) bool {
			return strings.Contains(body, "<!-- "+n+" ") || strings.Contains(body, "<!-- "+n+":")
		}) {
			t.Errorf("the gallery lacks the command %s", c.Name)
		}
	}
	for _, a := range d.Attributes {
		if found := strings.Contains(body, a.Name+" ") || strings.Contains(body, a.Name+":") || strings.Contains(body, a.Name+"\n"); !found && a.Name[0] == '+' ||
			a.Name[0] == '{' && !strings.Contains(body, " {1|2|all}\n") {
			t.Errorf("the gallery lacks the attribute %s", a.Name)
		}
	}
	for _, k := range d.FrontMatter {
		if k.Name != "authors" && !strings.Contains(front, "\n"+k.Name+":") && !strings.HasPrefix(front, k.Name+":") { // author excludes it
			t.Errorf("the gallery lacks the key %s", k.Name)
		}
	}
	for _, o := range d.Options {
		if !strings.Contains(front, "\n  "+o.Name+":") {
			t.Errorf("the gallery lacks the option %s", o.Name)
		}
	}
}

// TestFooterOfFile: a footer in a theme's file is read with places of that file.
func TestFooterOfFile(t *testing.T) {
	deck := parse(t, "---\nauthor: me\ntheme: {path: t.yaml}\n---\n", map[string]string{
		"t.yaml": strings.Repeat("# a comment that is longer than the deck\n", 9) + "footer: {style: template, left: \"by **{author}**\"}\n"})
	if len(deck.Diags) > 0 || slides.Plain(deck.Meta.Look.Footer.Left.Text) != "by me" {
		t.Errorf("%v, %+v", deck.Diags, deck.Meta.Look)
	}
	deck = parse(t, "---\ntheme: {path: t.yaml}\n---\n", map[string]string{
		"t.yaml": strings.Repeat("# a comment that is longer than the deck\n", 9) + "footer: {style: template, left: \"<span class=no>x</span>\"}\n"})
	if len(deck.Diags) != 1 || deck.Diags[0].Pos.File.Name != "t.yaml" {
		t.Errorf("%v", deck.Diags)
	}
}
