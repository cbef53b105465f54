package render_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/plot"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/theme"
)

// much is text that needs more than one line wherever it stands.
var much = strings.Repeat("and more than one line of it ", 17)

// everyPart returns a deck with everything that a theme can style, each short and long.
func everyPart() string {
	var out strings.Builder
	for i := 1; i <= 6; i++ {
		mark := strings.Repeat("#", i)
		fmt.Fprintf(&out, "%s Heading\n\n%s Heading %s\n\n<!-- end_slide -->\n\n", mark, mark, much)
	}
	out.WriteString("Text with **bold**, *italic*, `code` and <span class=\"x\">a class</span>, " + much + "\n\n<!-- end_slide -->\n\n")
	out.WriteString("A title\n===\n\n```rust\nlet short = 1;\n```\n\n<!-- end_slide -->\n\nA title " + much + "\n===\n\ntext\n\n")
	for _, text := range []string{"", much} {
		out.WriteString("| a | b |\n|---|---|\n| one " + text + " | two " + text + " |\n\n> a quote " + text + "\n\n<!-- end_slide -->\n\n")
		for _, kind := range []string{"note", "tip", "important", "warning", "caution"} {
			out.WriteString("> [!" + kind + "]\n> said " + text + "\n\n")
		}
		out.WriteString("<!-- end_slide -->\n\n")
	}
	out.WriteString("<!-- column_layout: [1, 1] -->\n<!-- column: 0 -->\nleft\n<!-- column: 1 -->\nright\n<!-- reset_layout -->\n\n")
	for _, how := range []string{"good", "bad", "busy"} {
		out.WriteString("<!-- end_slide -->\n\n```bash +exec\necho " + how + "\n```\n\n")
	}
	return out.String() + "<!-- end_slide -->\n\n```bash +exec +id:never\necho never\n```\n\n<!-- snippet_output: never -->\n"
}

// everyMeta returns front matter with all that an intro slide shows. In a terminal, only a title has lines.
func everyMeta() string {
	out := "title: Title<br>title " + much + "\nsub_title: Subtitle<br>subtitle " + much + "\n"
	for _, what := range []string{"event", "location", "date"} {
		out += what + ": " + what + " " + much + "\n"
	}
	return out + "authors: [Somebody, \"Somebody else " + much + "\"]\n"
}

// drawnKeys draws the deck with some values of a theme in every format.
func drawnKeys(t *testing.T, values map[string]string) map[theme.Formats][]byte {
	t.Helper()
	var over strings.Builder
	over.WriteString("theme:\n  override:\n")
	tree(&over, values, "", 4)
	var dot bytes.Buffer
	if err := png.Encode(&dot, image.NewRGBA(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	src := "---\n" + everyMeta() + over.String() + "---\n" + everyPart()
	deck, err := markdown.Parse("deck.md", []byte(src), markdown.Config{ReadFile: func(name string) ([]byte, error) {
		return map[string][]byte{"dot.png": dot.Bytes(), "font.ttf": []byte("\x00\x01\x00\x00 letters"), "style.css": []byte("p{color:red}")}[name], nil
	}})
	if err != nil || len(deck.Diags) > 0 {
		t.Fatalf("%v: %v %v\n%s", values, err, deck.Diags, src)
	}
	results := slides.Results{}
	now := time.Unix(1e9, 0)
	layers := []string{"pid"}
	var snippets []*slides.Snippet
	for _, s := range deck.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			if c, ok := b.(*slides.Code); ok && c.Snippet.Exec.Mode != slides.NotExecutable {
				snippets = append(snippets, c.Snippet)
			}
		})
	}
	for i, r := range []slides.Result{
		{State: slides.Done, Status: slides.OK, Layers: layers, Log: []slides.Chunk{{Data: []byte("good\n")}}},
		{State: slides.Done, Status: slides.Exited, Exit: 1, Layers: layers, Log: []slides.Chunk{{Data: []byte("bad\n")}}},
		{State: slides.Running, Started: now, Log: []slides.Chunk{{Data: []byte("busy\n")}}},
	} {
		results[snippets[i].Key] = r
	}
	v := &render.View{Deck: deck, Results: results}
	out := map[theme.Formats]*bytes.Buffer{}
	for f, b := range map[theme.Formats]render.Backend{
		theme.Pages: &html.Backend{Now: now}, theme.Paper: plot.PDF{Now: now, Date: now},
	} {
		out[f] = &bytes.Buffer{}
		if err := b.Render(out[f], v); err != nil {
			t.Fatal(err)
		}
	}
	text := &bytes.Buffer{}
	b := term.Backend{Depth: term.TrueColor, Now: now}
	painter := b.Painter(v.Colours())
	for i := range deck.Slides {
		s := b.Sheet(v, term.Page{Slide: i, Width: 70, Height: 40, Scale: true, Live: true,
			Picture: func(p *term.Picture) bool { p.Pixels = [2]int{40, 20}; return true }})
		for _, l := range s.Lines() {
			painter.Row(text, l, 70)
			text.WriteByte('\n')
		}
		for _, big := range s.Texts {
			painter.Big(text, big)
		}
		for _, m := range s.Marks {
			text.WriteString(strings.Repeat("#", m.Width*m.Height))
		}
	}
	return map[theme.Formats][]byte{theme.Terminal: text.Bytes(), theme.Pages: out[theme.Pages].Bytes(), theme.Paper: out[theme.Paper].Bytes()}
}

// tree writes values by path as YAML.
func tree(out *strings.Builder, values map[string]string, prefix string, indent int) {
	seen := map[string]bool{}
	for path := range values {
		rest, ok := strings.CutPrefix(path, prefix)
		name, _, deeper := strings.Cut(rest, ".")
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		out.WriteString(strings.Repeat(" ", indent) + name + ":")
		if !deeper {
			out.WriteString(" " + values[path] + "\n")
			continue
		}
		out.WriteString("\n")
		tree(out, values, prefix+name+".", indent+2)
	}
}

// keySample returns a value for a key, and what else the theme must have for it to matter.
func keySample(path string) (value string, with map[string]string) {
	with = map[string]string{}
	at, last := path[:max(strings.LastIndexByte(path, '.'), 0)], path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case strings.Contains(path, ".margin.") && path != "column_layout.margin.fixed" && path != "column_layout.margin.percent":
		with[strings.TrimSuffix(at, ".margin")+".alignment"] = "left"
	case strings.Contains(path, ".minimum_margin."):
		with[strings.TrimSuffix(at, ".minimum_margin")+".alignment"] = "center"
	case last == "minimum_size":
		with[at+".alignment"], with[at+".minimum_margin.fixed"] = "center", "30"
	case strings.HasPrefix(path, "footer.") && path != "footer.style" && path != "footer.character":
		with["footer.style"], with["footer.left"] = "template", "some words"
		if path == "footer.height" {
			with["footer.colors.background"], with["footer.right.image"] = "blue", "dot.png"
		}
		delete(with, path)
		if last == "image" && at == "footer.left" {
			delete(with, at)
		}
	case path == "footer.character":
		with["footer.style"] = "progress_bar"
	case strings.HasPrefix(path, "logo.") && path != "logo.image":
		with["logo.image"] = "dot.png"
	case path == "intro_slide.footer":
		with["footer.style"], with["footer.left"] = "template", "some words"
	case strings.HasPrefix(path, "palette.colors"):
		with["default.colors.foreground"] = "palette:x"
	}
	switch last {
	case "foreground", "background", "color", "prefix", "*":
		value = "0a5a5a"
	case "alignment":
		value = "right"
	case "fixed":
		value = "19"
	case "percent":
		value = "13"
	case "minimum_size":
		value = "40"
	case "bold":
		value = "false"
	case "italics", "italic", "underlined", "separator", "line_numbers":
		value = "true"
	case "footer":
		value = "true"
	case "style":
		value = "progress_bar"
	case "theme_name":
		value = "Dracula"
	case "positioning":
		value = "page_bottom"
	case "image":
		value = "dot.png"
	case "title", "icon", "character", "left", "center", "right":
		value = "words"
	default:
		value = "3"
	}
	switch {
	case path == "code.background":
		value = "false"
	case path == "logo.position":
		value = "bottom_left"
	case path == "css":
		value = "style.css"
	case strings.HasPrefix(path, "fonts."):
		value = "font.ttf"
	}
	if last == "title" && strings.HasPrefix(path, "intro_slide") {
		value = "3"
	}
	return value, with
}

// TestKeysHaveEffect: every key of the table changes what each format shows of which the table says so,
// and no other.
func TestKeysHaveEffect(t *testing.T) {
	x := map[string]string{"palette.classes.x.foreground": "dark_green", "palette.colors.x": "dark_blue"}
	plain := map[string]map[theme.Formats][]byte{}
	for _, k := range theme.Keys() {
		value, with := keySample(k.Path)
		for path, v := range x {
			with[path] = v
		}
		base := fmt.Sprint(with)
		before := plain[base]
		if before == nil {
			before = drawnKeys(t, with)
			plain[base] = before
		}
		with[strings.ReplaceAll(k.Path, "*", "x")] = value
		now := drawnKeys(t, with)
		for _, f := range []theme.Formats{theme.Terminal, theme.Pages, theme.Paper} {
			if changes := !bytes.Equal(before[f], now[f]); changes != (k.Where&f != 0) {
				t.Errorf("%s: %s in %s: changes it: %v, but the table says %s", k.Path, value, f, changes, k.Where)
			}
		}
	}
}

// TestPairEverywhere: a theme with colours for light and for dark screens has its footer in every format.
func TestPairEverywhere(t *testing.T) {
	values := map[string]string{"light": "light", "dark": "dark", "footer.style": "template", "footer.left": "some words", "footer.right.image": "dot.png",
		"palette.classes.x.foreground": "red"}
	with := drawnKeys(t, values)
	delete(values, "footer.left")
	for f, page := range drawnKeys(t, values) {
		if bytes.Equal(page, with[f]) {
			t.Errorf("%s: the words of the footer are not to be seen", f)
		}
	}
}
