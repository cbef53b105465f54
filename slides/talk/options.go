package talk

import (
	"os"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
)

// defaults are the options of a deck whose front matter sets none: those that the files set which are read before it.
type defaults struct {
	slides.Options
	set   []slides.Setting
	diags slides.Diags
}

// optionsOf reads the options from the user's configuration of presenterm and the files beside a deck. Options can only
// change what is on which slide. So a deck may bring some, and the user's hold for all decks that say nothing else.
func optionsOf(file *config.Config) defaults {
	out := defaults{Options: markdown.DefaultOptions()}
	read, diags := file.Options(os.Getenv, userDir())
	out.diags = diags
	for _, o := range read {
		set, bad := markdown.ReadOptions(o.Value, &out.Options)
		out.set = append(out.set, set...)
		for _, d := range bad {
			if !o.Ours { // another version of presenterm may have it
				d.Severity = slides.Warning
			}
			out.diags = append(out.diags, d)
		}
	}
	return out
}

// userDir returns the folder with the configurations of the user's programs, "" if there is none: the user has no
// settings then.
func userDir() string {
	dir, _ := os.UserConfigDir()
	return dir
}
