package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

const (
	helpWidth  = 80 // columns of a terminal
	helpIndent = 24 // where the explanations of flags begin
)

// helpText is what --help prints: what the command does, how it is called, and
// its flags in the order in which they were declared.
func helpText(name, usage, description string, commands []*cli.Command, flags []cli.Flag) string {
	var b strings.Builder
	b.WriteString(wrap(usage, 0, 0))
	fmt.Fprintf(&b, "\nUsage: %s [flags]\n\n%s\n", name, strings.TrimSuffix(description, "\n"))
	if len(commands) > 0 {
		b.WriteString("\nCommands\n")
	}
	longest := 12
	for _, cmd := range commands {
		longest = max(longest, len(cmd.Name))
	}
	for _, cmd := range commands {
		b.WriteString(wrap(fmt.Sprintf("  %-*s ", longest, cmd.Name)+cmd.Usage, longest+3, longest+3))
	}
	category := ""
	for i, f := range flags {
		if next := f.(cli.CategorizableFlag).GetCategory(); i == 0 || next != category {
			category = next
			fmt.Fprintf(&b, "\n%s\n", title(category))
		}
		b.WriteString(flagText(f.(cli.DocGenerationFlag)))
	}
	return b.String()
}

func title(category string) string {
	if category == "" {
		return "Flags"
	}
	return category
}

// flagParts are a flag and its explanation. A word in backquotes before it names
// the value.
func flagParts(f cli.DocGenerationFlag) (head, text string) {
	head, text = "--"+f.(cli.Flag).Names()[0], f.GetUsage()
	if value, rest, ok := strings.Cut(strings.TrimPrefix(text, "`"), "` "); ok {
		head, text = head+" "+value, rest
	}
	if v := f.GetDefaultText(); f.TakesValue() && v != "" {
		text += " (default: " + strings.Trim(v, `"`) + ")"
	}
	return head, text
}

// flagText is a flag as it stands on a terminal.
func flagText(f cli.DocGenerationFlag) string {
	head, text := flagParts(f)
	head = "  " + head
	if len(head)+2 > helpIndent {
		return head + "\n" + wrap(strings.Repeat(" ", helpIndent)+text, helpIndent, helpIndent)
	}
	return wrap(fmt.Sprintf("%-*s%s", helpIndent, head, text), helpIndent, helpIndent)
}

// wrap breaks text between words into lines no longer than helpWidth. The
// first keep columns stand as they are; further lines begin with indent spaces.
func wrap(text string, keep, indent int) string {
	var b strings.Builder
	b.WriteString(text[:keep])
	width, fresh := utf8.RuneCountInString(text[:keep]), keep == 0 || text[keep-1] == ' '
	for word := range strings.FieldsSeq(text[keep:]) {
		size := utf8.RuneCountInString(word)
		switch {
		case fresh:
			fresh = false
		case width+1+size <= helpWidth:
			b.WriteByte(' ')
			width++
		default:
			fmt.Fprintf(&b, "\n%*s", indent, "")
			width = indent
		}
		b.WriteString(word)
		width += size
	}
	return b.String() + "\n"
}
