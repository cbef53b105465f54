package code

const (
	cWords = "auto break case const continue default do else enum extern for goto if inline register" +
		" restrict return sizeof static struct switch typedef union volatile while _Atomic _Generic" +
		" _Static_assert _Alignas _Alignof _Noreturn constexpr nullptr alignas alignof static_assert" +
		" thread_local typeof"
	cTypes = "void char short int long float double signed unsigned bool _Bool size_t ssize_t ptrdiff_t" +
		" int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t FILE" +
		" pid_t uid_t gid_t off_t mode_t time_t wchar_t"
	cppWords = " class namespace template typename public private protected virtual override final new delete" +
		" this throw try catch using operator friend explicit mutable noexcept concept requires" +
		" co_await co_return co_yield decltype dynamic_cast static_cast reinterpret_cast const_cast" +
		" consteval constinit export import module and or not"
	jsWords = "async await break case catch class const continue debugger default delete do else export" +
		" extends finally for from function get if import in instanceof let new of return set static" +
		" super switch this throw try typeof var void while with yield"
	tsWords = " abstract as asserts declare enum implements infer interface is keyof namespace override" +
		" private protected public readonly satisfies type"
	javaWords = "abstract assert break case catch class continue default do else enum extends final finally" +
		" for if implements import instanceof interface native new package private protected public" +
		" record return sealed permits static strictfp super switch synchronized this throw throws" +
		" transient try var void volatile when while yield"
	shWords = "if then else elif fi for while until do done case esac in function select time return local" +
		" export readonly declare typeset unset shift break continue exit trap set source eval exec"
	sqlWords = "select from where insert into values update set delete create table view index drop alter" +
		" add column primary key foreign references unique not null default check join left right" +
		" inner outer full cross on using group by having order asc desc limit offset union all" +
		" distinct as and or in is like between exists case when then else end with recursive begin" +
		" commit rollback transaction explain analyze returning over partition window if replace" +
		" trigger function procedure returns language grant revoke to pragma"
	sqlTypes = "int integer bigint smallint serial text varchar char boolean bool date time timestamp" +
		" timestamptz interval numeric decimal real float double json jsonb uuid blob bytea"
)

// syntaxes is the table of languages.
var syntaxes = map[string]*syntax{
	"rust": {
		keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let loop" +
			" match mod move mut pub ref return self Self static struct super trait type union unsafe use" +
			" where while yield macro_rules",
		types:     "bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64",
		constants: "true false", line: slash, block: cBlock, quotes: []quote{long}, prefix: "rbc",
		ticks: true, upper: true, macros: true,
	},
	"go": {
		keywords: "break case chan const continue default defer else fallthrough for func go goto if import" +
			" interface map package range return select struct switch type var",
		types: "bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string" +
			" uint uint8 uint16 uint32 uint64 uintptr any comparable", constants: "true false nil iota",
		line: slash, block: cBlock, quotes: []quote{double, single, ticked},
	},
	"python": {
		keywords: "and as assert async await break case class continue def del elif else except finally for" +
			" from global if import in is lambda match nonlocal not or pass raise return try type while" +
			" with yield", types: "int str float bool bytes list dict set tuple object self cls",
		constants: "True False None NotImplemented", line: pound,
		quotes: []quote{triple, three1, double, single}, prefix: "rbfuRBFU", at: true,
	},
	"bash": {
		keywords: shWords, constants: "true false", line: pound, nocalls: true, inWord: "-",
		quotes: []quote{interp(long, "$"), rawer}, sigils: "$", heredoc: true,
	},
	"fish": {
		keywords: "if else end for in while switch case function return begin and or not set break continue exit",
		line:     pound, nocalls: true, inWord: "-", quotes: []quote{interp(long, "$"), rawer}, sigils: "$",
	},
	"c": {
		keywords: cWords, types: cTypes, constants: "true false NULL", line: slash, block: cBlock,
		quotes: []quote{double, single}, hash: true,
	},
	"cpp": {
		keywords: cWords + cppWords, types: cTypes + " string vector", constants: "true false NULL nullptr",
		line: slash, block: cBlock, quotes: []quote{double, single}, prefix: "RLuU8", hash: true,
	},
	"java": {
		keywords: javaWords, types: "boolean byte char double float int long short",
		constants: "true false null", line: slash, block: cBlock, quotes: []quote{triple, double, single},
		at: true, upper: true,
	},
	"kotlin": {
		keywords: "as break class continue do else for fun if in interface is object package return super this" +
			" throw try typealias val var when while by catch constructor companion data enum finally" +
			" import init inline internal lateinit open operator out override private protected public" +
			" sealed suspend", constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "${"), interp(double, "${"), single}, at: true, upper: true,
	},
	"javascript": {
		keywords: jsWords, constants: "true false null undefined NaN Infinity", line: slash, block: cBlock,
		inWord: "$", quotes: []quote{double, single, {pair: pair{"`", "`"}, lines: true, interp: "${"}},
		at: true, regex: true,
	},
	"typescript": {
		keywords: jsWords + tsWords, types: "string number boolean any unknown never object bigint symbol",
		constants: "true false null undefined NaN Infinity", line: slash, block: cBlock, inWord: "$",
		quotes: []quote{double, single, {pair: pair{"`", "`"}, lines: true, interp: "${"}}, at: true,
		regex: true, upper: true,
	},
	"csharp": {
		keywords: javaWords + " as async await base checked const delegate event explicit extern fixed foreach get goto" +
			" implicit in init internal is lock namespace nameof operator out override params partial" +
			" readonly ref required select set sizeof stackalloc struct typeof unsafe using virtual where" +
			" yield from",
		types:     "bool byte char decimal double float int long object sbyte short string uint ulong ushort dynamic",
		constants: "true false null", line: slash, block: cBlock, quotes: []quote{triple, double, single},
		prefix: "$@", upper: true, hash: true,
	},
	"swift": {
		keywords: "as associatedtype async await break case catch class continue default defer deinit do else" +
			" enum extension fallthrough fileprivate for func guard if import in init inout internal is" +
			" let mutating open operator override private protocol public repeat rethrows return self Self" +
			" some any static struct subscript super switch throw throws try typealias var where while" +
			" actor", constants: "true false nil", line: slash, block: cBlock, quotes: []quote{triple, double},
		at: true, upper: true,
	},
	"ruby": {
		keywords: "alias and begin break case class def defined? do else elsif end ensure for if in module next" +
			" not or redo require rescue retry return self super then undef unless until when while yield" +
			" attr_accessor attr_reader private protected public include extend raise",
		constants: "true false nil", line: pound, quotes: []quote{interp(long, "#{"), rawer}, inWord: "?!",
		sigils: "@$:", upper: true, heredoc: true,
	},
	"php": {
		keywords: "abstract and array as break callable case catch class clone const continue declare default" +
			" do echo else elseif enum extends final finally fn for foreach function global goto if" +
			" implements include instanceof interface isset list match namespace new or print private" +
			" protected public readonly require require_once return static switch throw trait try unset" +
			" use var while yield", types: "bool float int mixed object string void self",
		constants: "true false null", line: []string{"//", "#"}, block: cBlock,
		quotes: []quote{long, rawer}, sigils: "$",
	},
	"lua": {
		keywords:  "and break do else elseif end for function goto if in local not or repeat return then until while",
		constants: "true false nil self", block: []pair{{"--[[", "]]"}}, line: []string{"--"},
		quotes: []quote{{pair: pair{"[[", "]]"}, raw: true, lines: true}, double, single},
	},
	"perl": {
		keywords: "my our local sub use no package if elsif else unless while until for foreach return last" +
			" next redo do eval die print say require and or not eq ne lt gt le ge cmp x bless ref",
		line: pound, quotes: []quote{interp(long, "$"), rawer}, sigils: "$@%", heredoc: true,
	},
	"r": {
		keywords:  "if else repeat while function for in next break library require return",
		constants: "TRUE FALSE NULL NA Inf NaN", line: pound,
		quotes: []quote{long, {pair: pair{"'", "'"}, lines: true}}, inWord: ".",
	},
	"julia": {
		keywords: "baremodule begin break catch const continue do else elseif end export finally for function" +
			" global if import in let local macro module quote return struct mutable abstract primitive" +
			" try using where while", constants: "true false nothing missing", block: []pair{{"#=", "=#"}},
		line: pound, quotes: []quote{triple, interp(long, "$("), single}, at: true, upper: true, inWord: "!",
	},
	"haskell": {
		keywords: "case class data default deriving do else foreign forall if import in infix infixl infixr" +
			" instance let module newtype of qualified then type where as hiding", constants: "True False",
		block: []pair{{"{-", "-}"}}, line: []string{"--"}, quotes: []quote{double}, ticks: true,
		upper: true, inWord: "'", nocalls: true,
	},
	"ocaml": {
		keywords: "and as assert begin class constraint do done downto else end exception external for fun" +
			" function functor if in include inherit initializer lazy let match method module mutable new" +
			" object of open or private rec sig struct then to try type val virtual when while with",
		constants: "true false", block: []pair{{"(*", "*)"}}, line: slash, quotes: []quote{triple, long},
		ticks: true, upper: true, nocalls: true,
	},
	"elixir": {
		keywords: "after alias and case catch cond def defp defmodule defmacro defstruct defimpl defprotocol do" +
			" else end fn for if import in not or quote raise receive require rescue try unless unquote" +
			" use when with", constants: "true false nil", line: pound,
		quotes: []quote{interp(triple, "#{"), interp(long, "#{"), rawer}, sigils: ":@", inWord: "?!",
		upper: true,
	},
	"erlang": {
		keywords: "after and andalso begin case catch cond end fun if let not of or orelse receive try when xor",
		line:     []string{"%"}, quotes: []quote{long, single},
	},
	"zig": {
		keywords: "align allowzero and anyframe asm async await break callconv catch comptime const continue" +
			" defer else enum errdefer error export extern fn for if inline noalias nosuspend or orelse" +
			" packed pub resume return struct suspend switch test threadlocal try union unreachable" +
			" usingnamespace var volatile while",
		types:     "bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 void type anytype noreturn",
		constants: "true false null undefined", line: slash, quotes: []quote{double, single}, at: true,
		upper: true,
	},
	"scala": {
		keywords: javaWords + " def val var object trait lazy implicit given using then with forSome match override type" +
			" end extension", constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "${"), interp(double, "${")}, prefix: "sfr", at: true, upper: true,
		ticks: true,
	},
	"groovy": {
		keywords: javaWords + " def in as trait", constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "${"), three1, interp(double, "${"), single}, at: true, upper: true,
	},
	"dart": {
		keywords: javaWords + " async await as const deferred dynamic export external factory get in is late library mixin" +
			" on operator part required rethrow set show typedef with", types: "bool double int num",
		constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "${"), interp(double, "${"), interp(single, "${")}, at: true,
		upper: true,
	},
	"nix": {
		keywords: "let in with rec inherit if then else assert import", constants: "true false null",
		line: pound, block: cBlock,
		quotes: []quote{{pair: pair{"''", "''"}, raw: true, lines: true, interp: "${"}, interp(long, "${")},
		inWord: "-'", nocalls: true,
	},
	"powershell": {
		keywords: "begin break catch class continue data do else elseif end enum exit filter finally for" +
			" foreach function if in param process return switch throw trap try until using while", line: pound,
		block: []pair{{"<#", "#>"}}, quotes: []quote{interp(long, "$"), rawer}, sigils: "$", inWord: "-",
		anyCase: true,
	},
	"sql": {
		keywords: sqlWords, types: sqlTypes, constants: "true false", line: []string{"--"}, block: cBlock,
		quotes: []quote{rawer, double}, anyCase: true,
	},
	"lisp": {
		keywords: "def defn defun define defmacro defvar defparameter lambda fn let let* letrec if cond when" +
			" unless do loop recur ns require import quote set! setq begin progn",
		constants: "nil t true false #t #f", line: []string{";"}, quotes: []quote{long},
		inWord: "-*!?<>=#+/", nocalls: true,
	},
	"proto": {
		keywords: "syntax package import option message enum service rpc returns stream oneof map reserved" +
			" extend optional required repeated",
		types:     "double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 bool string bytes",
		constants: "true false", line: slash, block: cBlock, quotes: []quote{double, single}, upper: true,
	},
	"graphql": {
		keywords: "query mutation subscription fragment on type input enum interface union scalar schema" +
			" directive extend implements", constants: "true false null", line: pound,
		quotes: []quote{triple, double}, sigils: "$", at: true, upper: true,
	},
	"hcl": {
		keywords: "resource data variable output module provider terraform locals for in if moved import",
		types:    "string number bool list map object", constants: "true false null",
		line: []string{"#", "//"}, block: cBlock, quotes: []quote{interp(double, "${")}, inWord: "-",
		key: "=",
	},
	"jsonnet": {
		keywords:  "assert else error for function if import importstr in local self super then tailstrict",
		constants: "true false null", line: []string{"//", "#"}, block: cBlock,
		quotes: []quote{double, single},
	},
	"json": {
		constants: "true false null", line: slash, block: cBlock, quotes: []quote{double}, members: true,
		nocalls: true,
	},
	"yaml": {
		constants: "true false null yes no on off True False ~", line: pound,
		quotes: []quote{double, {pair: pair{"'", "'"}, raw: true}}, inWord: "-./", key: ":", nocalls: true,
	},
	"toml": {
		constants: "true false", line: pound,
		quotes: []quote{triple, {pair: pair{"'''", "'''"}, raw: true, lines: true},
			double, {pair: pair{"'", "'"}, raw: true}},
		inWord: "-.", key: "=", section: true, nocalls: true,
	},
	"ini": {
		constants: "true false yes no on off", line: []string{"#", ";"}, quotes: []quote{double},
		inWord: "-.", key: "=", section: true, nocalls: true,
	},
	"docker": {
		keywords: "from as run cmd label maintainer expose env add copy entrypoint volume user workdir arg" +
			" onbuild stopsignal healthcheck shell", line: pound, quotes: []quote{interp(double, "$"), single},
		sigils: "$", inWord: "-./", anyCase: true, nocalls: true,
	},
	"make": {
		keywords: "ifeq ifneq ifdef ifndef else endif include define endef export override", line: pound,
		quotes: []quote{double, single}, sigils: "$", inWord: "-./%", key: ":=", nocalls: true,
	},
	"cmake": {
		keywords:  "if else elseif endif foreach endforeach while endwhile function endfunction macro endmacro return",
		constants: "ON OFF TRUE FALSE", line: pound, quotes: []quote{interp(long, "${")}, sigils: "$",
		anyCase: true,
	},
	"asm": {
		line: []string{";", "//", "#"}, quotes: []quote{double, single}, sigils: "%.", key: ":",
		nocalls: true,
	},
	"nginx": {
		keywords: "server location http events upstream listen root return proxy_pass server_name include if set",
		line:     pound, quotes: []quote{double, single}, sigils: "$", inWord: "-", nocalls: true,
	},
	"css": {
		line: slash, block: cBlock, quotes: []quote{double, single}, sigils: "@.#$", inWord: "-", key: ":",
		constants: "inherit none auto initial",
	},
	"html":     {scan: (*scanner).markup},
	"diff":     {scan: (*scanner).diff},
	"console":  {scan: (*scanner).console},
	"markdown": {scan: (*scanner).markdown},
}
