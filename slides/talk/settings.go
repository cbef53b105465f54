package talk

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// Setting is a setting in force: its name with dots, its value as YAML, and where it comes from: a file and line, a
// flag, or "default".
type Setting struct{ Name, Value, From string }

const byDefault = "default"

// Settings returns the settings in force for the deck, and those of files that slidexec does not use.
func (t *Talk) Settings() (in, unused []Setting) {
	t.recall(func(string, string) {})
	leaves := t.leaves()
	in = append(in, t.optionSettings(markdown.OptionDefaults())...)
	in = append(in, t.themeSetting(leaves))
	in = append(in, t.limitSettings(leaves)...)
	in = append(in, t.permissionSettings()...)
	last := map[string]int{}
	for i, l := range leaves {
		last[l.Name] = i
	}
	for i, l := range leaves {
		top, _, _ := strings.Cut(l.Name, ".")
		s := Setting{l.Name, l.Value, l.At.Pos.String()}
		switch {
		case !l.Used:
			unused = append(unused, s)
		case last[l.Name] == i && !slices.Contains([]string{"options", "limits", "permissions"}, top) && l.Name != "defaults.theme":
			in = append(in, s)
		}
	}
	return in, unused
}

// optionSettings lists the options for reading the deck.
func (t *Talk) optionSettings(defaults []slides.Setting) []Setting {
	var out []Setting
	for _, o := range defaults {
		s := Setting{"options." + o.Name, o.Value, byDefault}
		for _, set := range t.Deck.Meta.Set {
			if set.Name == o.Name {
				s.Value, s.From = set.Value, set.At.Pos.String()
			}
		}
		out = append(out, s)
	}
	return out
}

// themeSetting says which theme the deck wears.
func (t *Talk) themeSetting(leaves []config.Leaf) Setting {
	s := Setting{"theme", "light or dark, as the audience's device is", byDefault}
	for _, l := range leaves {
		if strings.HasPrefix(l.Name, "defaults.theme") && l.Used {
			s.Value, s.From = l.Value, l.At.Pos.String()
		}
	}
	if m := t.Deck.Meta.Theme; m.Name != "" || m.Path != "" {
		s.Value, s.From = m.Name+m.Path, t.Deck.Files[0].Name
	}
	if t.o.Theme != "" {
		s.Value, s.From = t.o.Theme, "--theme"
	}
	return s
}

// limitSettings lists the limits of all programs.
func (t *Talk) limitSettings(leaves []config.Leaf) []Setting {
	flags := map[string]bool{"limits.timeout": t.o.Run.Limits.Wall != 0, "limits.memory": t.o.Run.Limits.Memory != 0}
	without := config.ShowLimits(run.ProgramLimits())
	var out []Setting
	for i, l := range config.ShowLimits(t.terms.merge(t.conf, t.answered).Limits) {
		s := Setting{l.Name, l.Value, byDefault}
		if l.Value != without[i].Value && flags[l.Name] {
			s.From = "--" + strings.TrimPrefix(l.Name, "limits.")
		}
		for _, file := range leaves {
			if file.Name != l.Name || !file.Ours {
				continue
			}
			switch at := file.At.Pos.String(); {
			case l.Value != without[i].Value && s.From == byDefault:
				s.From = at
			case l.Value != file.Value:
				s.From += fmt.Sprintf("; %s asks for %s", at, file.Value)
			}
		}
		out = append(out, s)
	}
	return out
}

// permissionSettings lists what programs may do beyond the usual, and what the deck asks for in vain.
func (t *Talk) permissionSettings() []Setting {
	var out []Setting
	for _, g := range t.terms.run.Allow {
		out = append(out, Setting{"permissions", g.String(), "--allow"})
	}
	asked, open := t.terms.wants(t.conf)
	for _, q := range asked {
		if q.Kind == permit.Limits {
			continue
		}
		name, how := "permissions", "granted by --allow"
		if q.Snippet != "" {
			name = "snippets." + q.Snippet + ".permissions"
		}
		if slices.ContainsFunc(open, func(o permit.Request) bool { return o.Key() == q.Key() }) {
			if how = "not granted"; t.answered(q) {
				how = "granted earlier"
			}
		}
		out = append(out, Setting{name, q.Grant.String(), fmt.Sprintf("%s, %s", q.At.Pos, how)})
	}
	return out
}

// Unused returns a sentence for each file whose settings slidexec does not all use, and names them.
func (t *Talk) Unused() []string {
	var files []string
	names := map[string][]string{}
	for _, l := range t.leaves() {
		if l.Used {
			continue
		}
		file := l.At.File.Name
		if names[file] == nil {
			files = append(files, file)
		}
		names[file] = append(names[file], l.Name)
	}
	var out []string
	for _, f := range files {
		all := names[f]
		if n := len(all); n > maxUnused {
			all = append(all[:maxUnused:maxUnused], fmt.Sprintf("%d more", n-maxUnused))
		}
		out = append(out, fmt.Sprintf("slidexec does not use these settings of %s: %s", f, strings.Join(all, ", ")))
	}
	return out
}

// leaves lists all settings in files.
func (t *Talk) leaves() []config.Leaf {
	var names []string
	for _, o := range markdown.OptionDefaults() {
		names = append(names, o.Name)
	}
	return t.file.Leaves(os.Getenv, userDir(), names)
}

const maxUnused = 8
