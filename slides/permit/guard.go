package permit

import (
	"slices"
	"strings"
)

// guards are names of folders and files whose contents other tools run or obey unasked, as soon as
// somebody uses them there. A program that can write them can do whatever the user can. Names are
// in lower case and match any case. Files that run only on the user's command, such as a Makefile,
// are not in the list.
var guards = []string{
	// version control: hooks, filters, monitors, pagers
	".git", ".hg", ".jj", ".svn", ".bzr", "_darcs", ".pijul", ".gitmodules", ".githooks", ".husky", ".lefthook",
	// shells and version managers read these on entering a folder
	".envrc", ".direnv", ".mise.toml", ".mise.local.toml", "mise.toml", "mise.local.toml", ".mise", ".rtx.toml", ".tool-versions", ".rvmrc", ".autoenv", ".env.zsh", ".devbox",
	// editors and debuggers read these on opening a folder
	".vscode", ".idea", ".fleet", ".zed", ".cursor", ".mcp.json", ".theia", ".devcontainer", ".devcontainer.json", ".exrc", ".vimrc", ".lvimrc", ".nvimrc", ".nvim.lua",
	".dir-locals.el", ".gdbinit", ".lldbinit",
	// compilers and package managers take other programs or sources from these
	".cargo", ".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn", ".pnpmfile.cjs", "pip.conf", ".pypirc", ".bundle", ".gemrc", ".mvn", ".bazelrc", ".condarc",
	// services run these on the next push
	".github", ".circleci", ".gitlab-ci.yml",
}

// Guarded reports whether a path names such a folder or file, or is inside one. Permission to write
// to a folder does not include them.
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
