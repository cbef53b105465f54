package run

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// A user's grants apply to programs when they run. Fetching and compiling get none of them: they
// happen before anybody sees a program, and a build script needs no database.
//
// The result of a program that may write does not depend on its input alone: its purpose is the
// files that it leaves. So its result is not kept, it runs alone and in document order, and each
// such program sees the folder as the one before left it.

// Settings are those of one snippet, in place of the Runner's.
type Settings struct {
	Limits sandbox.Limits // zero fields take the values of Options
	Nested int            // namespaces of each kind; 0: as in Options, negative: none
	Allow  permit.Set     // in addition to that of Options
}

// DefaultNested is how many namespaces of each kind a program may create: enough to show containers.
const DefaultNested = 8

// ProgramLimits fills the zero fields of limits: from the next limits given, and at the end from
// the defaults of programs.
func ProgramLimits(layers ...sandbox.Limits) sandbox.Limits {
	l := runLimits
	for _, over := range slices.Backward(layers) {
		l = withDefaults(over, l)
	}
	return l
}

// settings returns the settings in force for a snippet.
func (r *Runner) settings(s *slides.Snippet) Settings {
	all := Settings{Limits: r.o.Limits, Nested: r.o.Nested, Allow: r.o.Allow}
	own, ok := r.o.Snippets[s.ID]
	if s.ID != "" && ok {
		all.Limits = withDefaults(own.Limits, all.Limits)
		all.Nested = cmp.Or(own.Nested, all.Nested)
		all.Allow = all.Allow.With(own.Allow...)
	}
	all.Nested = max(cmp.Or(all.Nested, DefaultNested), 0)
	if r.o.Strict {
		all.Nested = 0
	}
	return all
}

// writes reports whether any program may change files for good.
func (r *Runner) writes() bool {
	for _, s := range r.o.Snippets {
		if s.Allow.Has(permit.Write) {
			return true
		}
	}
	return r.o.Allow.Has(permit.Write)
}

// checkGrants refuses places that cannot be shown. Places outside the deck's folder are shown at
// their own paths, and the path of the deck's folder in the sandbox is taken.
func (o Options) checkGrants() error {
	sets := []permit.Set{o.Allow}
	for _, s := range o.Snippets {
		sets = append(sets, s.Allow)
	}
	for _, set := range sets {
		for _, g := range set {
			if p := g.Place; p.Path != "" && p.Rel == "" && (p.Name == workDir || strings.HasPrefix(p.Name, workDir+"/")) {
				return fmt.Errorf("programs cannot get %s: in the sandbox, %s is the deck's folder", text.Name(p.Name), workDir)
			}
		}
	}
	return nil
}

// policy says what a program may do, without the mounts.
func (r *Runner) policy(s Settings) sandbox.Policy {
	p := sandbox.Policy{Nested: s.Nested, Limits: s.Limits, Degraded: r.o.Degraded}
	p.Syscalls.Ptrace = !r.o.Strict // a talk may show which system calls a program makes
	if s.Allow.Has(permit.Net) {
		p.Net = sandbox.NetHost
	}
	return p
}

// grantedEnv returns the variables of the user's environment that a program sees.
func grantedEnv(set permit.Set) []string {
	var out []string
	for _, g := range set.Of(permit.Env) {
		if value, ok := os.LookupEnv(g.Arg); ok {
			out = append(out, g.Arg+"="+value)
		}
	}
	return out
}

// with adds mounts for the grants. The mounts of a view are the folder, or an empty one, and over
// it those that hide secrets. If a folder's contents are unknown, none of it is shown, whatever
// the cause. Places that are granted themselves, or hidden, are not guarded.
func (v view) with(set permit.Set, guards guard) []sandbox.Mount {
	if v.unknown {
		guards = slices.DeleteFunc(slices.Clone(guards), func(g *guarded) bool { return g.place.Rel != "" })
		set = slices.DeleteFunc(slices.Clone(set), func(g permit.Grant) bool { return g.Place.Rel != "" })
	}
	out := v.mounts[:1:1]
	for _, m := range v.mounts[1:] {
		if slices.Contains(v.ours, m.Dst) || !unhidden(m, set) {
			out = append(out, m)
		}
	}
	shown := v.mounts[0].Kind == sandbox.CopyOn
	for _, g := range set.Of(permit.Read) {
		if !shown || g.Place.Rel == "" || slices.ContainsFunc(out[1:], func(m sandbox.Mount) bool { return below(m.Dst, dst(g.Place)) }) {
			out = append(out, sandbox.Mount{Kind: sandbox.ReadOnly, Src: g.Place.Path, From: g.Place.File, Dst: dst(g.Place)})
		}
	}
	for _, g := range set.Of(permit.Write) {
		out = append(out, sandbox.Mount{Kind: sandbox.Writable, Src: g.Place.Path, From: g.Place.File, Dst: dst(g.Place)})
	}
	hidden := func(m sandbox.Mount) bool {
		return slices.ContainsFunc(out, func(o sandbox.Mount) bool { return o.Dst == m.Dst })
	}
	for _, g := range guards {
		out = append(out, slices.DeleteFunc(g.mounts(), hidden)...)
	}
	if set.Has(permit.Net) {
		out = append(out, sandbox.Network()...)
	}
	return out
}

// showsFolder reports whether the whole of the deck's folder is granted, by a grant of any kind.
func showsFolder(set permit.Set) bool {
	return slices.ContainsFunc(set, func(g permit.Grant) bool { return g.Place.Rel == "." })
}

// unhidden reports whether a mount hides a granted place: for reading, with everything in it; for
// writing, only by its very name.
func unhidden(m sandbox.Mount, set permit.Set) bool {
	return slices.ContainsFunc(set, func(g permit.Grant) bool {
		return g.Kind == permit.Read && g.Place.Rel != "" && below(dst(g.Place), m.Dst) ||
			g.Kind == permit.Write && g.Place.Rel != "" && dst(g.Place) == m.Dst
	})
}

// dst returns the path at which a program finds a place.
func dst(p permit.Place) string {
	if p.Rel == "" {
		return p.Name
	}
	return filepath.Join(workDir, p.Rel)
}

// below reports whether path is dir or inside it.
func below(dir, path string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }
