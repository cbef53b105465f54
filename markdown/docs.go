package markdown

// Doc describes an entry of one of the dialect's tables, for the reference and for completions.
type Doc struct {
	Name     string
	Argument string // what it takes, "" for nothing
	Doc      string
	Example  string
}

// Commands describes the comment commands, in the order of the table.
func Commands() []Doc {
	var out []Doc
	for _, c := range commandTable() {
		name := c.name
		if c.alias != "" {
			name += ", " + c.alias
		}
		out = append(out, Doc{name, c.param, c.doc, "<!-- " + c.example + " -->"})
	}
	return out
}

// Attributes describes the attributes of code blocks.
func Attributes() []Doc {
	var out []Doc
	for _, a := range attributeTable() {
		param := a.param
		if a.arg == attrOpt {
			param += " (optional)"
		}
		out = append(out, Doc{attrName(a.name), param, a.doc, "```" + a.example})
	}
	return out
}

// Options describes the options of the front matter.
func Options() []Doc {
	var out []Doc
	for _, o := range optionTable() {
		out = append(out, Doc{o.name, o.param, o.doc, o.name + ": " + o.example})
	}
	return out
}

// Meta describes the keys of the front matter.
func Meta() []Doc {
	var out []Doc
	for _, k := range metaTable() {
		out = append(out, Doc{k.name, k.param, k.doc, k.example})
	}
	return out
}
