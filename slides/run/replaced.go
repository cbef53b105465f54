package run

import (
	"errors"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// What a user grants, and the deck's folder, are opened once, and mounted as what was opened. A path
// that leads to something else by now is of no use to a program that made it so; its user is told.

// opened returns the folder with a descriptor of what is at its path now.
func (f folder) opened() folder {
	if f.dir == "" {
		return f
	}
	file, err := permit.OpenPlace(f.dir)
	if err != nil {
		return folder{why: "the deck's folder cannot be opened: " + err.Error()}
	}
	f.file = file
	return f
}

// replaced is the result of a program to which something would be shown that is not at its path
// any more.
func (j *job) replaced(p *sandbox.Policy) *slides.Result {
	for _, m := range p.Mounts {
		if m.From != nil && errors.Is(m.Found(), sandbox.ErrReplaced) {
			return j.notShown(m.Src)
		}
	}
	return nil
}

// notShown says that what was at a path is not there now.
func (j *job) notShown(path string) *slides.Result {
	what, hint := "what is at "+permit.Show(path)+" is not what was granted", "start slidexec again if it may be this one now"
	if path == j.r.folder.dir {
		what, hint = "the deck's folder is not at "+permit.Show(path), "start slidexec again to run what is there now"
	}
	res := notRun(slides.SetupFailed, what+" any more: it was moved or replaced", hint)
	return &res
}
