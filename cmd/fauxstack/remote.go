package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
)

// remote is what every command needs that speaks to a server's control API.
type remote struct {
	control, token, cacert, cloud, output string
}

// newRemote is a command whose subcommands speak to a server.
func newRemote(use, short, long, example string) (*cobra.Command, *remote) {
	r := new(remote)
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Example: example, Args: cobra.NoArgs}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() } // and an error for a verb that is not there
	flags := cmd.PersistentFlags()
	flags.StringVar(&r.control, "control", client.DefaultURL, "`URL` of the server's control API")
	flags.StringVar(&r.token, "control-token", "", "`TOKEN` of the control API, if the server has one")
	flags.StringVar(&r.cacert, "cacert", "", "`FILE` with the certificate authority of a server with TLS")
	flags.StringVarP(&r.output, "output", "o", "table", "`table or json`")
	return cmd, r
}

// newCloudRemote is newRemote for commands about one cloud.
func newCloudRemote(use, short, long, example string) (*cobra.Command, *remote) {
	cmd, r := newRemote(use, short, long, example)
	cmd.PersistentFlags().StringVar(&r.cloud, "cloud", "default", "`NAME` of the cloud")
	_ = cmd.RegisterFlagCompletionFunc("cloud", r.completeClouds)
	return cmd, r
}

// verb adds a subcommand, whose work is do.
func (r *remote) verb(parent *cobra.Command, use, short string, args cobra.PositionalArgs, do func(ctx context.Context, c *client.Client, w io.Writer, args []string) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.output != "table" && r.output != "json" {
				return fmt.Errorf("output %q: want table or json", r.output)
			}
			c, err := r.connect()
			if err != nil {
				return err
			}
			return do(cmd.Context(), c, cmd.OutOrStdout(), args)
		},
	}
	parent.AddCommand(cmd)
	return cmd
}

func (r *remote) connect() (*client.Client, error) {
	address := r.control
	if !strings.Contains(address, "://") { // as serve has it
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("control address %q: want a URL or HOST:PORT", address)
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		address = "http://" + net.JoinHostPort(host, port)
	}
	httpClient, err := trusting(r.cacert)
	if err != nil {
		return nil, err
	}
	return client.New(address, client.WithToken(r.token), client.WithHTTPClient(httpClient))
}

// trusting is an HTTP client that trusts the machine's authorities, and the one in the file if there is one.
func trusting(cacert string) (*http.Client, error) {
	if cacert == "" {
		return http.DefaultClient, nil
	}
	pem, err := os.ReadFile(cacert)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", cacert)
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}, nil
}

// completionPatience is how long a shell waits for names to offer.
const completionPatience = time.Second

// completeClouds offers the names of the server's clouds.
func (r *remote) completeClouds(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	c, err := r.connect()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	clouds, _ := c.Clouds(ctx) // without a server there is nothing to offer
	var names []string
	for _, one := range clouds {
		names = append(names, one.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// print writes v as JSON, or the rows as a table under a heading.
func (r *remote) print(w io.Writer, v any, heading string, rows [][]string) error {
	if r.output == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(v)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	lines := append([][]string{strings.Split(heading, ",")}, rows...)
	for _, row := range lines {
		for i, cell := range row {
			if row[i] = oneLine(cell); row[i] == "" {
				row[i] = "-"
			}
		}
		if _, err := fmt.Fprintln(t, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	return t.Flush()
}

// oneLine keeps a cell from breaking its table.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, s)
}

// say prints a sentence for people; programs that asked for JSON read the exit status.
func (r *remote) say(w io.Writer, format string, args ...any) error {
	if r.output == "json" {
		return nil
	}
	_, err := fmt.Fprintf(w, format+"\n", args...)
	return err
}

// pairs reads NAME=VALUE arguments.
func pairs[T any](args []string, read func(string) (T, error)) (map[string]T, error) {
	out := map[string]T{}
	var errs []error
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			errs = append(errs, fmt.Errorf("%q: want NAME=VALUE", arg))
			continue
		}
		v, err := read(value)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
		out[name] = v
	}
	return out, errors.Join(errs...)
}

func errWant(what string) error { return fmt.Errorf("want %s", what) }

func readDuration(s string) (client.Duration, error) {
	d, err := time.ParseDuration(s)
	return client.Duration(d), err
}

// given is the value of a flag that was set, or nil.
func given[T any](cmd *cobra.Command, flag string, v T) *T {
	if !cmd.Flags().Changed(flag) {
		return nil
	}
	return &v
}
