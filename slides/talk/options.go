package talk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/theme"
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
	player, _ := file.Player(os.Getenv, userDir()) // present reports mistakes in it
	out.Theme = player.Theme
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

// Language finds a language by its name or an alias: the user's own, or one that slidexec knows.
func Language(name string) (lang.Language, bool) {
	return config.Languages(os.Getenv, userDir()).Lookup(name)
}

// OwnTheme returns the user's own theme of a name, from the folder of presenterm's configuration.
func OwnTheme(name string) *slides.File {
	dir := userDir()
	if dir == "" || name != filepath.Base(name) {
		return nil
	}
	path := filepath.Join(dir, "presenterm", "themes", name+".yaml")
	src, err := files.ReadPlain(path, maxTheme)
	if err != nil {
		return nil
	}
	return slides.NewFile(path, path, src)
}

// OwnCode returns the user's own colours of code of a name, from the folder of presenterm's configuration; nil if there
// are none.
func OwnCode(name string) (*slides.File, error) {
	dir := userDir()
	if dir == "" || name != filepath.Base(name) {
		return nil, nil
	}
	path := filepath.Join(dir, "presenterm", "themes", "highlighting", name+".tmTheme")
	src, err := files.ReadPlain(path, maxTheme)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return slides.NewFile(path, path, src), nil
}

// Themes returns the names of the built-in themes.
func Themes() []string { return theme.Names() }

// Theme reports whether there is a theme of a name, built in or the user's own.
func Theme(name string) bool { return slices.Contains(theme.Names(), name) || OwnTheme(name) != nil }

// maxTheme bounds a theme file, in bytes.
const maxTheme = 1 << 20

// userDir returns the folder with the configurations of the user's programs, "" if there is none: the user has no
// settings then.
func userDir() string {
	dir, _ := os.UserConfigDir()
	return dir
}
