package render

import (
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// larger returns how much larger than it says a drawing is shown where no +width is given. Tools draw with
// the text of a page or of a screen, and on slides text is larger.
func larger(language string) float64 {
	if language == "latex" || language == "math" || language == "typst" {
		return 2.6
	}
	return 1.6
}

// longest is how much of a source describes its drawing, in cells.
const longest = 300

// PictureOf returns the picture that a program or a tool drew, in the size in which slides show it.
func PictureOf(s *slides.Snippet, r slides.Result) ([]byte, slides.Picture, error) {
	data, p, err := r.Picture()
	if s.Exec.Mode == slides.ModeRender {
		by := larger(s.Lang)
		p.Width, p.Height = int(by*float64(p.Width)), int(by*float64(p.Height))
	}
	return data, p, err
}

// Pictured reports whether a block with +render has a picture to show in place of its code.
func Pictured(s *slides.Snippet, r slides.Result) bool {
	if s.Exec.Mode != slides.ModeRender || slides.Judge(s, r).Ruling != slides.Good {
		return false
	}
	_, _, err := r.Picture()
	return err == nil
}

// Drawn says what a picture is, for those who do not see it.
func Drawn(s *slides.Snippet) string {
	if s.Exec.Mode == slides.ModeRender { // the source is the best description that there is
		return s.Word + " drawing of: " + text.Cut(text.Line(strings.Join(strings.Fields(s.Code), " ")), longest)
	}
	return "picture drawn by the " + s.Lang + " program " + s.Name()
}
