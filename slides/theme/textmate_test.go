package theme

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// textMateFile returns a theme of TextMate with these settings of the whole and these scopes.
func textMateFile(whole string, scopes ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>name</key><string>Mine</string>
	<!-- colours -->
	<key>settings</key>
	<array>
		<dict><key>settings</key><dict>` + whole + `</dict></dict>
`)
	for i := 0; i < len(scopes); i += 2 {
		fmt.Fprintf(&b, "<dict><key>scope</key><string>%s</string><key>settings</key><dict><key>foreground</key><string>%s</string></dict></dict>\n",
			scopes[i], scopes[i+1])
	}
	b.WriteString("</array>\n<key>uuid</key><string>x</string></dict></plist>\n")
	return b.String()
}

func set(key, value string) string { return "<key>" + key + "</key><string>" + value + "</string>" }

func TestTextMate(t *testing.T) {
	for _, tt := range []struct {
		src  string
		want [8]string
	}{
		{textMateFile(set("background", "#112233") + set("foreground", "#FED") + set("caret", "#ffffff")), [8]string{"#112233", "#ffeedd"}},
		{textMateFile("", "comment", "#111111", "keyword, storage", "#222222", "string", "#333333", "entity.name.function", "#444444",
			"constant.numeric", "#555555", "entity.name.type", "#666666"),
			[8]string{2: "#111111", "#222222", "#333333", "#444444", "#555555", "#666666"}},
		// the scope that says more wins, wherever it stands, and one for a single language counts for nothing
		{textMateFile("", "keyword.control", "#111111", "keyword", "#222222", "storage", "#333333"), [8]string{3: "#111111", 7: "#333333"}},
		{textMateFile("", "source.go keyword.control", "#111111", "keyword.operator", "#222222"), [8]string{}},
		{textMateFile("", "support.function", "#111111", "constant", "#222222", "constant.language", "#333333"), [8]string{5: "#111111", "#222222"}},
		// colours of a terminal, and colours with holes
		{textMateFile("", "comment", "#08000000", "string", "#02000000", "keyword", "#00000001"), [8]string{2: "dark_grey", 4: "dark_green"}},
		{textMateFile(set("background", "#000000"), "comment", "#ffffff80", "string", "#123456FF"), [8]string{"#000000", "", "#808080", "", "#123456"}},
	} {
		got, bad := textMate([]byte(tt.src))
		if bad != nil || got != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.src, got, bad, tt.want)
		}
	}
}

func TestTextMateMistakes(t *testing.T) {
	for _, tt := range []struct{ src, at, msg string }{
		{"bplist00\x01", "1:1", "the colours of code are a binary property list"},
		{" \n", "1:1", "the file with the colours of code is empty"},
		{"{}", "1:2", "colours of code: the property list has no <dict>"},
		{"<html><body/></html>", "1:7", "colours of code: found <html>, want <plist>"},
		{"<plist><array/></plist>", "1:16", "colours of code: found <array>, want <dict>"},
		{"<plist><dict>\n<key>a</key>", "2:12", "colours of code: unexpected EOF"},
		{"<plist><dict>\n</array>", "2:8", "colours of code: element <dict> closed by </array>"},
		{"<plist><dict>&boom;</dict></plist>", "1:20", "colours of code: invalid character entity &boom;"},
		{"<plist><dict/></plist>", "1:1", "colours of code: the file has no list named settings"},
		{`<?xml version="1.0" encoding="latin1"?><plist/>`, "1:40", `the encoding is "latin1"; save the file as UTF-8`},
		{textMateFile(set("background", "blue")), "9:63", `colours of code: "blue" is not a colour`},
		{textMateFile("", "comment", "#12345"), "10:101", `colours of code: "#12345" is not a colour`},
		{"<plist><dict><key>settings</key>" + strings.Repeat("<array>", 20), "1:145", "colours of code: the property list nests more than 16 deep"},
		{"<plist><dict><key>settings</key><array>" + strings.Repeat("<true/>", maxPlistItems), "", "colours of code: the property list has more than 50000 values"},
	} {
		r := read(t, "", "code: {theme_name: mine.tmTheme}", map[string]string{"mine.tmTheme": tt.src})
		if len(r.Diags) != 1 || !strings.Contains(r.Diags[0].Msg, tt.msg) || tt.at != "" && r.Diags[0].Pos.String() != "mine.tmTheme:"+tt.at {
			t.Errorf("%.60q: %v, want %s at %s", tt.src, r.Diags, tt.msg, tt.at)
		}
	}
}

// TestCodeNames: colours of code come from a file beside the deck, the user's own, or the built-in ones.
func TestCodeNames(t *testing.T) {
	files := map[string]string{"a/mine.tmTheme": textMateFile(set("background", "#101010")), "base.yaml": "code: {theme_name: Dracula}\n"}
	for _, tt := range []struct{ name, override, want string }{
		{"", "code: {theme_name: a/mine.tmTheme}", "#101010"},
		{"", "code: {theme_name: Nord}", "#2d333f"},
		{"", "code: {theme_name: dracula}", "#292b37"},
		{"path:base.yaml", "", "#292b37"},
		{"path:base.yaml", "code: {theme_name: a/mine.tmTheme}", "#101010"},
		{"dark", "", ""},
	} {
		r := read(t, tt.name, tt.override, files)
		if len(r.Diags) > 0 || r.Value(CodePath+"background") != tt.want {
			t.Errorf("%s %s: background %q, %v", tt.name, tt.override, r.Value(CodePath+"background"), r.Diags)
		}
	}
	for _, tt := range []struct{ name, want, hint string }{
		{"Dracla", `there are no colours of code "Dracla"`, `did you mean "Dracula"?`},
		{"gone.tmTheme", `theme_name "gone.tmTheme": no such file`, "the path is relative to the deck"},
	} {
		r := read(t, "", "code: {theme_name: "+tt.name+"}", files)
		if len(r.Diags) != 1 || r.Diags[0].Msg != tt.want || r.Diags[0].Hint != tt.hint || r.Diags[0].Pos.String() != "deck.md:1:20" {
			t.Errorf("%s: %v, hint %q", tt.name, r.Diags, r.Diags[0].Hint)
		}
	}
	own := func(name string) (*slides.File, error) {
		switch name {
		case "Nord":
			return slides.NewFile("Nord.tmTheme", "", []byte(files["a/mine.tmTheme"])), nil
		case "big":
			return nil, errors.New("the file is too large")
		}
		return nil, nil
	}
	for name, want := range map[string]string{"Nord": "#101010", "zenburn": "#3d3d3d", "big": ""} {
		r := &reader{src: Source{Code: own}, at: map[string]slides.Span{}, out: &slides.Theme{Values: map[string]string{"code.theme_name": name}}}
		r.codeColours()
		if got := r.out.Values[CodePath+"background"]; got != want || (want == "") != (len(r.diags) == 1) {
			t.Errorf("%s: background %q, %v", name, got, r.diags)
		}
	}
	r := read(t, "", "scheme: {code: {background: fff}}", nil)
	if len(r.Diags) == 0 || r.Value(CodePath+"background") != "" {
		t.Error("a file sets what only theme_name may")
	}
}

func FuzzTextMate(f *testing.F) {
	f.Add([]byte(textMateFile(set("background", "#112233"), "comment", "#ffffff80", "string", "#02000000")))
	f.Add([]byte("<plist><dict><key>settings</key><array><dict/><array/></array></dict></plist>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		colors, bad := textMate(src)
		if bad != nil && (bad.off < 0 || bad.off > len(src) || bad.msg == "") {
			t.Errorf("%+v", bad)
		}
		for _, c := range colors {
			if c != "" && !bytes.HasPrefix([]byte(c), []byte("#")) && !strings.Contains(strings.Join(ansiNames[:], " "), c) {
				t.Errorf("%q is no colour", c)
			}
		}
	})
}
