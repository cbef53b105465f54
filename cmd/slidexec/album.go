package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/paper"
)

// An album is a folder with a picture of every slide, or of every step of every slide.

// isFolder reports whether an output is a folder: it exists, or its name ends like one.
func isFolder(output string) bool {
	if strings.HasSuffix(output, "/") || strings.HasSuffix(output, string(filepath.Separator)) {
		return true
	}
	fi, err := os.Stat(output)
	return err == nil && fi.IsDir()
}

// stills returns the pictures of an album.
func (l look) stills(v *render.View) []paper.Still {
	var out []paper.Still
	for i, s := range v.Deck.Slides {
		if l.slide > 0 && l.slide != i+1 {
			continue
		}
		first, last := l.step, l.step // 0: all steps, in one picture
		if l.steps {
			first, last = 1, max(s.Steps, 1)
		}
		for n := first; n <= last; n++ {
			out = append(out, paper.Still{Slide: i + 1, Step: n})
		}
	}
	return out
}

// stillName returns the name of a picture. Names are in the order of the slides: numbers have equally
// many digits.
func stillName(s paper.Still, slides, steps int) string {
	name := fmt.Sprintf("slide-%0*d", max(len(fmt.Sprint(slides)), 2), s.Slide)
	if steps > 0 {
		name += fmt.Sprintf("-%0*d", len(fmt.Sprint(steps)), s.Step)
	}
	return name + ".png"
}

// writeAlbum draws the pictures and writes each as soon as it is drawn. One that is there already stays as it is.
func (j *renderJob) writeAlbum(v *render.View) error {
	if err := os.MkdirAll(j.output, 0o777); err != nil {
		return err
	}
	steps := 0
	if j.look.steps {
		for _, s := range v.Deck.Slides {
			steps = max(steps, s.Steps, 1)
		}
	}
	stills, wrote := j.look.stills(v), 0
	err := j.look.press.Pictures(v, !j.look.light, stills, func(s paper.Still, data []byte) error {
		t := j.target(v.Deck, filepath.Join(j.output, stillName(s, len(v.Deck.Slides), steps)))
		if same, known := t.Holds(data); same && known {
			return nil
		}
		wrote++
		return t.Write(data)
	})
	switch {
	case err != nil:
		return err
	case wrote < len(stills):
		j.ui.say("wrote %d of %s to %s: the others are the same", wrote, text.Count(len(stills), "picture"), text.Name(j.output))
	default:
		j.ui.say("wrote %s to %s", text.Count(wrote, "picture"), text.Name(j.output))
	}
	return nil
}
