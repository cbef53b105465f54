package code

// otherNames maps what authors call a language to its entry in the table.
var otherNames = map[string]string{
	"rust-script": "rust", "rs": "rust", "golang": "go", "py": "python", "python3": "python",
	"pycon": "python", "starlark": "python", "bazel": "python",
	"sh": "bash", "zsh": "bash", "shell": "bash", "ksh": "bash", "dash": "bash", "env": "bash",
	"dotenv": "bash", "nushell": "bash", "nu": "bash", "awk": "c",
	"h": "c", "objective-c": "c", "objc": "c", "c++": "cpp", "cxx": "cpp", "cc": "cpp", "hpp": "cpp",
	"cuda": "cpp", "glsl": "c", "arduino": "cpp",
	"js": "javascript", "jsx": "javascript", "mjs": "javascript", "cjs": "javascript", "node": "javascript",
	"ts": "typescript", "tsx": "typescript", "deno": "typescript",
	"vue": "html", "svelte": "html", "svg": "html", "xml": "html", "xhtml": "html",
	"kt": "kotlin", "kts": "kotlin", "cs": "csharp", "c#": "csharp", "rb": "ruby", "crystal": "ruby",
	"pl": "perl", "raku": "perl", "jl": "julia", "hs": "haskell",
	"ml": "ocaml", "fsharp": "ocaml", "f#": "ocaml", "fs": "ocaml", "ex": "elixir", "exs": "elixir",
	"erl": "erlang", "gradle": "groovy", "pwsh": "powershell", "ps1": "powershell",
	"postgres": "sql", "postgresql": "sql", "mysql": "sql", "sqlite": "sql", "plsql": "sql",
	"clojure": "lisp", "clj": "lisp", "scheme": "lisp", "racket": "lisp", "elisp": "lisp",
	"protobuf": "proto", "terraform": "hcl", "tf": "hcl", "json5": "json", "jsonc": "json", "yml": "yaml",
	"conf": "ini", "cfg": "ini", "systemd": "ini", "properties": "ini",
	"dockerfile": "docker", "containerfile": "docker", "makefile": "make", "just": "make",
	"justfile": "make", "nasm": "asm", "gas": "asm", "llvm": "asm",
	"scss": "css", "sass": "css", "less": "css", "patch": "diff", "shell-session": "console",
	"sh-session": "console", "md": "markdown",
}
