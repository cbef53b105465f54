package theme

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// TestCSS: a style sheet that dresses slides is taken as it is, within its confines.
func TestCSS(t *testing.T) {
	const src = "/* mine */ .t, h2 { color: #fed; letter-spacing: -.01em; font-family: \"Some }{; Font\" }\n" +
		"@media print { p{margin:1em 0;background:linear-gradient(rgb(1 2 3),var(--panel))} }\n"
	got, diags := ReadCSS(slides.NewFile("style.css", "", []byte(src)))
	want := "@scope (.slide) to (.out,figcaption,button,.bug,.notes){\n" +
		".t, h2{color:#fed;letter-spacing:-.01em;font-family:\"Some }{; Font\";}\n" +
		"@media print{\np{margin:1em 0;background:linear-gradient(rgb(1 2 3),var(--panel));}\n}\n}\n"
	if got != want || len(diags) > 0 {
		t.Errorf("%s%v", got, diags)
	}
	if got, diags := ReadCSS(slides.NewFile("style.css", "", []byte(" /* nothing */ "))); got != "" || len(diags) > 0 {
		t.Errorf("%q %v", got, diags)
	}
}

// TestCSSConfined: what could load, move, cover, hide or relabel something, or leave the confines, is refused
// at its place, and with it the sheet.
func TestCSSConfined(t *testing.T) {
	for src, want := range map[string]string{
		"@import url(https://x.example/a.css);":           `1:1: want SELECTOR {…}`,
		"@import 'x' {}":                                  `1:1: a deck's style sheet cannot have @import`,
		"@font-face{font-family:x;src:url(x)}":            `1:1: a deck's style sheet cannot have @font-face`,
		"@scope (html){button{color:red}}":                `1:1: a deck's style sheet cannot have @scope`,
		"p{background:url(https://x.example/?secret)}":    `1:3: a deck's style sheet cannot have url(…)`,
		"p{background:URL(x)}":                            `1:3: a deck's style sheet cannot have url(…)`,
		"p{background:image-set('https://x.example' 1x)}": `1:3: a deck's style sheet cannot have image-set(…)`,
		"p{list-style-image:u\\72l(x)}":                   `1:21: a deck's style sheet cannot have \`,
		"p{position:fixed}":                               `1:3: a deck's style sheet cannot set position`,
		"p{color:red}\n.x{display:none}":                  `2:4: a deck's style sheet cannot set display`,
		".st::before{content:'✓ ok'}":                     `1:13: a deck's style sheet cannot set content`,
		"p{opacity:0}":                                    `1:3: a deck's style sheet cannot set opacity`,
		"p{visibility:hidden}":                            `1:3: a deck's style sheet cannot set visibility`,
		"p{text-shadow:0 -9em red}":                       `1:3: a deck's style sheet cannot set text-shadow`,
		"p{text-indent:-99em}":                            `1:3: a deck's style sheet cannot set text-indent`,
		"p{--dim:transparent}":                            `1:3: a deck's style sheet cannot set --dim`,
		"p{margin-top:-9em}":                              `1:3: margin-top: want no negative length`,
		"p{margin:calc(0px - 9em)}":                       `1:3: margin: want no negative length`,
		"p{margin:calc(9em*-1)}":                          `1:3: margin: want no negative length`,
		"p{margin:calc(-1*(9em))}":                        `1:3: margin: want no negative length`,
		"p{color:red!important}":                          `1:3: a deck's style sheet cannot have !important`,
		"p{color:red}} body{color:blue}":                  `1:13: found } without {`,
		"p{color:red":                                     `1:12: nothing closes {`,
		"p{color:red} @media print{ p{color:red}":         `1:40: nothing closes {`,
		"</style><script>{}":                              `1:1: a deck's style sheet cannot have <`,
		"p{font-family:'</style>'}":                       `1:16: a deck's style sheet cannot have <`,
		"p{font-family:'a\n'}":                            `1:15: nothing closes this string`,
		"p{color:red; q{color:blue}}":                     `1:15: a rule within a rule`,
		"/* p{color:red}":                                 `1:1: nothing closes /*`,
		"p{color:rgb(} q{color:blue}":                     `1:3: want every bracket closed`,
		"p[x{color:blue}":                                 `1:1: want every bracket closed`,
		"@media (x{p{color:blue}}":                        `1:1: want every bracket closed`,
		"p{color:rgb[1)}":                                 `1:3: want every bracket closed`,
		"p{color}":                                        `1:3: want PROPERTY: VALUE`,
	} {
		f := slides.NewFile("style.css", "", []byte(src))
		got, diags := ReadCSS(f)
		if got != "" || len(diags) == 0 {
			t.Errorf("%s: taken: %s", src, got)
			continue
		}
		line, col := 1+strings.Count(src[:diags[0].Pos.Off], "\n"), 0
		col = diags[0].Pos.Off - strings.LastIndexByte(src[:diags[0].Pos.Off], '\n')
		if is := fmt.Sprintf("%d:%d: %s", line, col, diags[0].Msg); !strings.HasPrefix(is, want) {
			t.Errorf("%s:\n got %s\nwant %s", src, is, want)
		}
	}
}

func FuzzCSS(f *testing.F) {
	f.Add("p{color:red}")
	f.Add("@media print{p{margin:1em}}/* */.x,'\"'{font:\"x\"}")
	f.Fuzz(func(t *testing.T, src string) {
		got, _ := ReadCSS(slides.NewFile("style.css", "", []byte(src)))
		if got == "" {
			return
		}
		if strings.ContainsAny(got, "<\\") || strings.Contains(strings.ToLower(got), "url(") && !strings.ContainsAny(got, "\"'") {
			t.Errorf("%q", got)
		}
		depth, open := 0, []byte{}
		for i := 0; i < len(got); i++ { // braces outside of strings close what they open, and the first one at the end
			switch c := got[i]; c {
			case '"', '\'':
				n := strings.IndexByte(got[i+1:], c)
				if n < 0 {
					t.Fatalf("an open string in %q", got)
				}
				i += n + 1
			case '(', '[':
				open = append(open, c)
			case ')', ']':
				if len(open) == 0 {
					t.Fatalf("a bracket closes nothing in %q", got)
				}
				open = open[:len(open)-1]
			case '{':
				depth++
			case '}':
				if len(open) > 0 {
					t.Fatalf("a bracket is open in %q", got)
				}
				if depth--; depth == 0 && i != len(got)-2 {
					t.Fatalf("the confines end early in %q", got)
				}
			}
		}
	})
}
