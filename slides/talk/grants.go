package talk

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// Who grants: flags, an answer remembered for exactly what the deck asks for, an answer now. A deck
// that asks where nobody can answer is run without, and what it would take is said once.

// Question is what the user is asked about a deck.
type Question struct {
	Deck     permit.Deck
	Settings *slides.File     // the file that asks
	Requests []permit.Request // what no flag grants
}

// Answer is what the user says to a Question.
type Answer string

// Answers. Whatever is not one of them is No.
const (
	No     Answer = "no"
	Once   Answer = "once"
	Always Answer = "always" // for exactly these requests, until it is revoked
)

// answers are the requests that the user answered, by asks, and whether they are granted.
type answers map[string]bool

// asks names a request of this very deck for this very place: a name may lead to another one while
// the deck is followed.
func (t *Talk) asks(q permit.Request) string {
	return t.At.File + "\x00" + q.Key() + "\x00" + q.Place.Identity()
}

func (t *Talk) answered(q permit.Request) bool { return t.o.answers[t.asks(q)] }

// terms is what is known of permissions before anybody answers.
type terms struct {
	run  run.Options // with what flags grant
	base config.Base // what programs get without asking
}

// termsOf says what flags grant. Their places were found.
func termsOf(o run.Options, flags permit.Set) terms {
	nested := run.DefaultNested
	if n, ok := flags.Nested(); ok {
		nested = n
	}
	o.Allow, o.Nested = flags, cmp.Or(nested, -1) // where zero is the default
	base := config.Base{Limits: run.ProgramLimits(o.Limits), Nested: nested}
	if o.Strict { // nobody is asked for what would be taken away
		base.Nested = permit.MaxNested
	}
	return terms{o, base}
}

// wants returns what settings ask for, and of that what flags do not grant.
func (m terms) wants(c *config.Config) (asked, open []permit.Request) {
	asked = c.Requests(m.base)
	return asked, slices.DeleteFunc(slices.Clone(asked), m.grants)
}

func (m terms) grants(q permit.Request) bool { return m.run.NoSandbox || m.run.Allow.Covers(q.Grant) }

// merge says what programs may do: what flags grant, and what settings say and ask for as far as
// that is granted by flags or by the user's answers. It is the only place where they meet.
func (m terms) merge(c *config.Config, answered func(permit.Request) bool) run.Options {
	all, per := c.Settle(m.base, func(q permit.Request) bool { return m.grants(q) || answered(q) })
	o := m.run
	o.Limits, o.Allow = run.ProgramLimits(all.Limits, o.Limits), o.Allow.With(all.Allow...)
	o.Nested = cmp.Or(all.Nested, o.Nested)
	o.Snippets = map[string]run.Settings{}
	for id, s := range per {
		o.Snippets[id] = run.Settings(s)
	}
	return o
}

// reach returns the files and folders that the deck itself may have: those that every program may.
func (t *Talk) reach() permit.Set {
	files := func(g permit.Grant) bool { return g.Kind == permit.Read || g.Kind == permit.Write }
	out := slices.DeleteFunc(slices.Clone(t.terms.run.Allow), func(g permit.Grant) bool { return !files(g) })
	for _, q := range t.conf.Requests(t.terms.base) {
		if q.Snippet == "" && files(q.Grant) && t.answered(q) {
			out = out.With(q.Grant)
		}
	}
	return out
}

// names lists the places of a set.
func names(set permit.Set) string {
	var b strings.Builder
	for _, g := range set {
		b.WriteString(g.Place.Path + "\x00" + g.Place.Identity() + "\x00")
	}
	return b.String()
}

// asksForFiles reports whether an answer may let the deck itself have more files.
func (t *Talk) asksForFiles() bool {
	_, open := t.terms.wants(t.conf)
	return slices.ContainsFunc(open, func(q permit.Request) bool {
		return q.Snippet == "" && (q.Kind == permit.Read || q.Kind == permit.Write)
	})
}

// recall takes over the answer that the user gave earlier to exactly what the deck asks for, and
// reports whether there is one.
func (t *Talk) recall(say func(msg, hint string)) bool {
	asked, open := t.terms.wants(t.conf)
	store, err := permit.UserStore()
	if err != nil {
		say(err.Error(), "")
		return false
	}
	if !t.remembered(store, asked, open, say) {
		return false
	}
	t.answer(open, true)
	return true
}

func (t *Talk) answer(requests []permit.Request, granted bool) {
	for _, q := range requests {
		t.o.answers[t.asks(q)] = granted
	}
}

// remembered reports whether the user allowed before exactly what is asked for, with or without
// what flags grant anyway.
func (t *Talk) remembered(store permit.Store, asked, open []permit.Request, say func(msg, hint string)) bool {
	for _, requests := range [][]permit.Request{asked, open} {
		ok, replaced, err := store.Allows(t.At.File, requests)
		if err != nil {
			say(err.Error()+"; `slidexec permissions revoke --all` starts over", "")
			return false
		}
		if ok {
			return true
		}
		for _, q := range replaced {
			say(fmt.Sprintf("note: %s was replaced after you granted %s", text.Name(q.Place.Path), text.Name(q.String())), "")
		}
		if len(replaced) > 0 {
			return false
		}
	}
	return false
}

// settle finds out what the user says to what the deck asks for, and parses the deck again where it
// may have other files by that.
func (t *Talk) settle(ctx context.Context) error {
	_, open := t.terms.wants(t.conf)
	if len(open) == 0 {
		return nil
	}
	granted, err := t.decide(ctx, open)
	if err != nil {
		return err
	}
	t.answer(open, granted)
	if err := t.reparse(); err != nil {
		return err
	}
	t.notice(func(q permit.Request) bool { // only what came with these files
		_, known := t.o.answers[t.asks(q)]
		return known
	})
	return nil
}

func (t *Talk) decide(ctx context.Context, open []permit.Request) (bool, error) {
	o, name := t.o, text.Name(t.At.Name)
	if t.recall(o.say) {
		o.say(fmt.Sprintf("%s has the permissions that you granted before: %s", name, list(open)), "")
		return true, nil
	}
	if len(open) > permit.MaxRequests {
		o.say(fmt.Sprintf("note: %s requests %d permissions, too many to read; not granted", name, len(open)),
			fmt.Sprintf("slidexec.yaml may request at most %d permissions and higher limits", permit.MaxRequests))
		return false, nil
	}
	if o.Ask == nil {
		o.say(fmt.Sprintf("note: %s requests %s; not granted", name, list(open)),
			permit.Flags(open)+" grants this to every program of the deck")
		return false, nil
	}
	said, err := o.Ask(ctx, Question{t.At, t.conf.Source, open})
	if err != nil {
		return false, err
	}
	if said == Always {
		store, err := permit.UserStore()
		if err == nil {
			err = store.Remember(t.At.File, open, time.Now())
		}
		if err != nil {
			o.say(fmt.Sprintf("granted for this time only, because slidexec could not remember it: %v", err), "")
		}
	}
	return said == Once || said == Always, nil
}

// notice adds to the deck's diagnostics what it asks for and does not get, except for what is told
// elsewhere.
func (t *Talk) notice(told func(permit.Request) bool) {
	_, open := t.terms.wants(t.conf)
	for _, q := range open {
		if told(q) {
			continue
		}
		t.Deck.Diags = append(t.Deck.Diags, slides.Diag{
			Pos: q.At.Pos, Len: q.At.End - q.At.Off, Severity: slides.Warning,
			Msg:  fmt.Sprintf("programs may not %s: you did not grant this", q.Describe()),
			Hint: "start slidexec again to be asked, or add " + permit.Flags([]permit.Request{q}),
		})
	}
}

// Requests returns what the deck asks for beyond what programs get, and whether the user granted all
// of it for good.
func (t *Talk) Requests() (asked []permit.Request, granted bool) {
	asked = t.conf.Requests(config.Base{Limits: run.ProgramLimits(), Nested: run.DefaultNested})
	store, err := permit.UserStore()
	return asked, err == nil && t.remembered(store, asked, asked, t.o.say)
}

// flagged looks for the places of what flags grant. A path is followed once and no more while the
// program runs: somebody who may write there could make it lead elsewhere for the next time.
func (o *opener) flagged(folder permit.Folder, dir string) (permit.Set, error) {
	var out permit.Set
	for _, g := range o.Allow {
		key := [2]string{dir, g.String()}
		found, ok := o.flags[key]
		if !ok {
			var err error
			if found, err = folder.Resolve(g); err != nil {
				return nil, &FlagError{err}
			}
			if o.flags == nil {
				o.flags = map[[2]string]permit.Grant{}
			}
			o.flags[key] = found
		}
		out = append(out, found)
	}
	return permit.Set{}.With(out...), nil
}

// FlagError says that what the user grants cannot be granted.
type FlagError struct{ err error }

func (e *FlagError) Error() string { return "--allow: " + e.err.Error() }
func (e *FlagError) Unwrap() error { return e.err }

// newRunner makes a runner and says what the user should know of it.
func (o *Options) newRunner(with run.Options) (*run.Runner, error) {
	if with.NoSandbox {
		o.say("warning: --no-sandbox: the programs on these slides can do everything that you can do", "")
	}
	for _, g := range with.Allow.Of(permit.Env) {
		if _, ok := os.LookupEnv(g.Arg); !ok {
			o.say(fmt.Sprintf("note: the variable %s is not set, so no program gets it", g.Arg), "")
		}
	}
	if o.Output != "" {
		with.Ignore = []string{o.Output}
	}
	return run.New(with)
}

// list names requests in a line.
func list(requests []permit.Request) string {
	var out []string
	for _, q := range requests {
		word := text.Name(q.String())
		if q.Snippet != "" {
			word += fmt.Sprintf(" (for %q)", q.Snippet)
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	if n := len(out) - 1; n > 0 {
		return strings.Join(out[:n], ", ") + " and " + out[n]
	}
	return strings.Join(out, "")
}
