package config

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Presenterm is the name of presenterm's configuration beside a deck.
const Presenterm = "presenterm.yaml"

// presentermVariable names another file than the user's usual one.
const presentermVariable = "PRESENTERM_CONFIG_FILE"

// presenterm reads the configuration files of presenterm by a table of keys: the user's, and then the one beside the
// deck. env returns variables of the user's environment; userDir is the folder with the configurations of the user's
// programs, "" if there is none. A file that is missing is left out, unless the user has named it. Other keys of the
// files are not for us.
func (c *Config) presenterm(env func(string) string, userDir string, table []key) []*reader {
	var out []*reader
	user := env(presentermVariable)
	named := user != ""
	if !named && userDir != "" {
		user = filepath.Join(userDir, "presenterm", "config.yaml")
	}
	for _, f := range []struct {
		name string
		read func() ([]byte, error)
		must bool
	}{
		{user, func() ([]byte, error) { return files.ReadPlain(user, maxFile) }, named},
		{c.beside(Presenterm), func() ([]byte, error) { return readBeside(c.dir, Presenterm) }, false},
	} {
		if f.name == "" {
			continue
		}
		src, err := f.read()
		if errors.Is(err, fs.ErrNotExist) && !f.must {
			continue
		}
		r := &reader{Config: &Config{Source: slides.NewFile(f.name, f.name, src)}, others: true}
		if err != nil {
			r.fail(slides.Span{Pos: slides.Pos{File: r.Source}}, err.Error(), "")
		} else if r.text() {
			r.read(table)
		}
		out = append(out, r)
	}
	return out
}

// beside returns the path of a file beside the deck, "" if the deck has no folder.
func (c *Config) beside(name string) string {
	if c.dir == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(c.name), name)
}

// Options is a mapping of options for reading decks, as the front matter of a deck has it.
type Options struct {
	yaml.Value
	Source *slides.File
	Ours   bool // of slidexec.yaml: mistakes are errors, and otherwise warnings
}

// Options returns the options that stand under options in the user's configuration of presenterm, in presenterm.yaml
// beside the deck, and in slidexec.yaml, in this order: the later decide, and the deck's front matter decides over
// all. diags says which files of presenterm cannot be read. The arguments are those of Player.
func (c *Config) Options(env func(string) string, userDir string) (out []Options, diags slides.Diags) {
	add := func(c *Config, ours bool) {
		if c.options.Kind != "" {
			out = append(out, Options{c.options, c.Source, ours})
		}
	}
	for _, r := range c.presenterm(env, userDir, optionKeys()) {
		for _, d := range r.Diags {
			d.Severity = slides.Warning
			diags = append(diags, d)
		}
		add(r.Config, false)
	}
	add(c, true)
	return out, diags
}

// optionKeys are the settings that say how decks are read. They stand in slidexec.yaml, and in presenterm's files.
func optionKeys() []key {
	return []key{{"options", "options: {end_slide_shorthand: true}", func(r *reader, f yaml.Field) { r.options = f.Value }}}
}
