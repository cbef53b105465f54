package permit

import (
	"slices"
	"strings"
)

// guards are the names of folders and files whose contents other tools run or take their orders from
// unasked, as soon as somebody uses them there: whoever can write them can do what the user can.
// Letters are lower case, in files of either. What is run when the user says so, such as a Makefile,
// is not among them.
var guards = []string{
	// version control: hooks, filters, monitors, pagers
	".git", ".hg", ".jj", ".svn", ".bzr", "_darcs", ".pijul", ".gitmodules", ".githooks", ".husky", ".lefthook",
	// shells and version managers, on changing into a folder
	".envrc", ".direnv", ".mise.toml", ".mise.local.toml", "mise.toml", "mise.local.toml", ".mise", ".rtx.toml", ".tool-versions", ".rvmrc", ".autoenv", ".env.zsh", ".devbox",
	// editors and debuggers, on opening one
	".vscode", ".idea", ".fleet", ".zed", ".cursor", ".mcp.json", ".theia", ".devcontainer", ".devcontainer.json", ".exrc", ".vimrc", ".lvimrc", ".nvimrc", ".nvim.lua",
	".dir-locals.el", ".gdbinit", ".lldbinit",
	// compilers and package managers: other programs in their place, other sources
	".cargo", ".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn", ".pnpmfile.cjs", "pip.conf", ".pypirc", ".bundle", ".gemrc", ".mvn", ".bazelrc", ".condarc",
	// services, on the next push
	".github", ".circleci", ".gitlab-ci.yml",
}

// Guarded reports whether a path is of such a folder or file, or is in one. A folder that may be
// written to does not include them.
func Guarded(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if slices.Contains(guards, strings.ToLower(part)) {
			return true
		}
	}
	return false
}

// Guards lists those names.
func Guards() []string { return slices.Clone(guards) }
