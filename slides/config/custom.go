package config

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/yaml"
)

// Custom are the user's own ways to run languages, as presenterm has them below snippet.exec.custom. They come from the
// user's configuration alone and never from a file beside a deck, because they say which commands of the user's machine
// a program gets. Those commands run in the sandbox like all others.
type Custom struct {
	Diags slides.Diags // mistakes in them; an entry with a mistake is left out

	languages map[string]lang.Language
}

// Languages reads them. The arguments are those of Player.
func Languages(env func(string) string, userDir string) Custom {
	out := Custom{languages: map[string]lang.Language{}}
	for _, r := range (&Config{}).presenterm(env, userDir, customKeys(out.languages)) {
		for _, d := range r.Diags {
			d.Severity = slides.Warning
			out.Diags = append(out.Diags, d)
		}
	}
	return out
}

// Lookup finds a language by its name or an alias: the user's own, or one of package lang.
func (c Custom) Lookup(name string) (lang.Language, bool) {
	known, ok := lang.Lookup(name)
	if own, is := c.languages[cmp.Or(known.Name, strings.ToLower(name))]; is {
		return own, true
	}
	return known, ok
}

// customKey is the place of the languages.
const customKey = "snippet.exec.custom"

// customKeys reads languages into a table.
func customKeys(to map[string]lang.Language) []key {
	return []key{{"snippet", "snippet: {exec: {custom: {}}}", func(r *reader, f yaml.Field) {
		r.mapping(f.Value, []key{{"exec", "exec: {custom: {}}", func(r *reader, f yaml.Field) {
			r.mapping(f.Value, []key{{"custom", `custom: {zig: {filename: a.zig, commands: [[zig, run, $pwd/a.zig]]}}`, func(r *reader, f yaml.Field) {
				if f.Value.Kind != yaml.Map {
					r.fail(f.Value.At, "custom: want lines of LANGUAGE: SETTINGS, got "+f.Value.Describe(), "")
					return
				}
				for _, l := range f.Value.Fields {
					r.language(l, to)
				}
			}}})
		}}})
	}}}
}

// language reads one language.
func (r *reader) language(f yaml.Field, to map[string]lang.Language) {
	l, known := lang.Lookup(f.Key)
	if !known {
		l = lang.Language{Name: strings.ToLower(f.Key), Colour: lang.Plain}
	}
	l.Executors = slices.Clone(l.Executors)
	bad := len(r.Diags)
	own := lang.Language{}
	table := append(executorKeys(&own),
		key{"hidden_line_prefix", `hidden_line_prefix: "/// "`, func(r *reader, f yaml.Field) { r.word(f, nil, &l.Hidden) }},
		key{"alternative", "alternative: {NAME: {commands: [[NAME]]}}", func(r *reader, f yaml.Field) {
			for _, a := range f.Value.Fields {
				e := lang.Language{Name: a.Key}
				r.mapping(a.Value, executorKeys(&e))
				if e.File = cmp.Or(e.File, own.File, l.File); e.File == "" || e.Steps == nil {
					r.fail(a.At, a.Key+": an executor needs filename and commands", "")
					continue
				}
				e.Steps, e.Needs = inOneStep(e)
				l.Executors = append(slices.DeleteFunc(l.Executors, func(o lang.Language) bool { return o.Name == e.Name }), e)
			}
		}})
	if r.mapping(f.Value, table); len(r.Diags) > bad {
		return
	}
	switch {
	case own.Steps != nil && own.File != "":
		l.File, l.Env, l.Builder, l.Deny, l.Stdout, l.Package = own.File, own.Env, lang.PlainSteps, false, true, ""
		l.Steps, l.Needs = inOneStep(own)
	case !l.Runs() || own.Steps != nil || own.File != "":
		r.fail(f.At, f.Key+": a language needs filename and commands", `as in filename: a.zig and commands: [[zig, run, $pwd/a.zig]]`)
		return
	}
	to[l.Name] = l
}

// executorKeys are the settings of a way to run a language.
func executorKeys(to *lang.Language) []key {
	return []key{
		{"filename", "filename: snippet.zig", func(r *reader, f yaml.Field) {
			if r.word(f, nil, &to.File); to.File != path.Base(to.File) || to.File == "." || to.File == ".." {
				r.fail(f.Value.At, "filename: want the name of a file without a folder", "as in filename: snippet.zig")
			}
		}},
		{"environment", "environment: {NAME: value}", func(r *reader, f yaml.Field) {
			for _, v := range f.Value.Fields {
				s, err := v.Value.Scalar()
				if err != nil {
					r.fail(v.Value.At, v.Key+": "+err.Error(), "")
					continue
				}
				to.Env = append(to.Env, v.Key+"="+s)
			}
		}},
		{"commands", "commands: [[zig, run, $pwd/snippet.zig]]", func(r *reader, f yaml.Field) {
			for _, c := range f.Value.Items {
				var argv []string
				for _, word := range c.Items {
					s, err := word.Scalar()
					if err != nil {
						r.fail(word.At, "commands: "+err.Error(), "")
					}
					argv = append(argv, s)
				}
				if len(argv) == 0 || argv[0] == "" {
					r.fail(c.At, "commands: want a list of lists of words", "as in commands: [[zig, run, $pwd/snippet.zig]]")
					return
				}
				to.Steps = append(to.Steps, argv)
			}
			if len(to.Steps) == 0 {
				r.fail(f.Value.At, "commands: want a list of lists of words", "as in commands: [[zig, run, $pwd/snippet.zig]]")
			}
		}},
	}
}

// inOneStep returns the commands of a language as one step. Several of them share a folder that they may write, which
// $pwd stands for, and the first that fails is the last.
func inOneStep(l lang.Language) (steps [][]string, needs []string) {
	if len(l.Steps) == 1 && !strings.HasPrefix(l.Steps[0][0], "$") {
		return l.Steps, nil
	}
	script := []string{"set -e", "d=$(mktemp -d)", "cp $pwd/" + shellWord(l.File) + ` "$d"`}
	for i, argv := range l.Steps {
		words := make([]string, len(argv))
		for j, w := range argv {
			words[j] = shellWord(w)
		}
		line := strings.Join(words, " ")
		if i == len(l.Steps)-1 {
			line = "exec " + line
		}
		script = append(script, line)
		if !strings.Contains(argv[0], "$") && !slices.Contains(needs, argv[0]) {
			needs = append(needs, argv[0])
		}
	}
	return [][]string{{"sh", "-c", strings.Join(script, "\n")}}, needs
}

// shellWord quotes a word for a shell; $pwd in it stands for the folder of the commands.
func shellWord(w string) string {
	parts := strings.Split(w, "$pwd")
	for i, p := range parts {
		parts[i] = "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
	}
	return strings.Join(parts, `"$d"`)
}
