package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// filterFlags are what requests are looked for by.
type filterFlags struct {
	op, method, path, status, project, user, fault, internal string
	header, body, answer                                     []string
}

func (f *filterFlags) register(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.StringVar(&f.op, "op", "", "`PATTERN` of operation ids, such as cinder.volumes.*")
	flags.StringVar(&f.method, "method", "", "HTTP `METHOD`")
	flags.StringVar(&f.path, "path", "", "`PATTERN` of the path")
	flags.StringVar(&f.status, "status", "", "`STATUS`, such as 404, 4xx or 500-599; several with commas")
	flags.StringVar(&f.project, "project", "", "`PROJECT` that the token is for, by name or id")
	flags.StringVar(&f.user, "user", "", "`USER` by name or id")
	flags.StringVar(&f.fault, "fault", "", "`ID` of a fault that they met; * is any")
	flags.StringVar(&f.internal, "internal", "", "`true or false`: whether one service made it to another")
	flags.StringArrayVar(&f.header, "header", nil, "header of the request, `NAME: PATTERN`")
	flags.StringArrayVar(&f.body, "body", nil, "field of the request's JSON, `FIELD=PATTERN`, such as volume.name=boot")
	flags.StringArrayVar(&f.answer, "answer", nil, "field of the answer's JSON, `FIELD=PATTERN`")
}

func (f *filterFlags) filter() (emulator.RequestFilter, error) {
	query := url.Values{"header": f.header, "body": f.body, "answer": f.answer}
	for name, value := range map[string]string{
		"op": f.op, "method": f.method, "path": f.path, "status": f.status, "project": f.project, "user": f.user,
		"fault": f.fault, "internal": f.internal,
	} {
		query.Set(name, value)
	}
	return emulator.ParseRequestFilter(query)
}

func newRequests() *cobra.Command {
	cmd, r := newCloudRemote("requests", "See what was said to a cloud, and what it answered",
		"The last requests of a cloud, with their answers, also those from Cinder to Glance. Secrets in them read ***.",
		`  fauxstack requests --status 5xx
  fauxstack requests --follow
  fauxstack requests wait --op glance.images.upload --timeout 30s
  fauxstack requests curl req-6d1e6b44-0ef3-4d3c-a2b1-3cf3f1b6d5b5
  fauxstack requests har >session.har`)
	var f filterFlags
	f.register(cmd)
	var follow bool
	list := func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		filter, err := f.filter()
		if err != nil {
			return err
		}
		found, err := c.Requests(ctx, r.cloud, filter)
		if err != nil {
			return err
		}
		if !follow {
			return r.printRequests(w, found)
		}
		return r.followRequests(ctx, c, w, filter)
	}
	verb := r.verb(cmd, "list", "List the requests, oldest first", cobra.NoArgs, list)
	cmd.RunE = verb.RunE // "requests" alone lists
	cmd.PersistentFlags().BoolVarP(&follow, "follow", "f", false, "go on as they come, until interrupted")
	newRequestsOne(cmd, r)
	newRequestsWait(cmd, r, &f)
	r.verb(cmd, "har", "Print the requests as an HTTP Archive, which browsers' developer tools read", cobra.NoArgs,
		func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
			filter, err := f.filter()
			if err != nil {
				return err
			}
			text, err := c.HAR(ctx, r.cloud, filter)
			if err == nil {
				_, err = fmt.Fprintf(w, "%s\n", text)
			}
			return err
		})
	r.verb(cmd, "clear", "Forget the requests", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		if err := c.ClearRequests(ctx, r.cloud); err != nil {
			return err
		}
		return r.say(w, "the requests are forgotten")
	})
	return cmd
}

func (r *remote) printRequests(w io.Writer, found emulator.Requests) error {
	rows := make([][]string, len(found))
	for i, q := range found {
		rows[i] = []string{
			q.At.Format("15:04:05.000"), strconv.Itoa(q.Status), q.Method, q.URL, q.Op, q.UserName, q.Fault,
			time.Duration(q.Duration).Round(10 * time.Microsecond).String(), q.RequestID,
		}
	}
	return r.print(w, found, "at,status,method,url,operation,user,fault,took,request", rows)
}

// followRequests prints requests as they come, a line or a JSON object each.
func (r *remote) followRequests(ctx context.Context, c *client.Client, w io.Writer, filter emulator.RequestFilter) error {
	for event, err := range c.Events(ctx, r.cloud, emulator.EventRequest) {
		if err != nil {
			return interrupted(ctx, err)
		}
		if event.Request == nil || !filter.MatchesRequest(*event.Request) {
			continue
		}
		if err := r.printLine(w, event.Request, event.Request.At.Format("15:04:05.000")+" "+event.Request.String()); err != nil {
			return err
		}
	}
	return nil
}

// printLine writes one of many that come one after another.
func (r *remote) printLine(w io.Writer, v any, line string) error {
	if r.output == "json" {
		return json.NewEncoder(w).Encode(v)
	}
	_, err := fmt.Fprintln(w, oneLine(line))
	return err
}

// interrupted is no error where somebody had enough.
func interrupted(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil
	}
	return err
}

func newRequestsOne(parent *cobra.Command, r *remote) {
	find := func(ctx context.Context, c *client.Client, id string) (emulator.Requests, error) {
		found, err := c.Requests(ctx, r.cloud, emulator.RequestFilter{RequestID: id})
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("there is no request %q in the log; `fauxstack requests list` tells ids", id)
		}
		return found, err
	}
	r.verb(parent, "show ID", "Show a request, its answer, and what was asked of other services for it", cobra.ExactArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			found, err := find(ctx, c, args[0])
			if err != nil {
				return err
			}
			if r.output == "json" {
				return r.print(w, found, "", nil)
			}
			for _, q := range found {
				if err := printExchange(w, q); err != nil {
					return err
				}
			}
			return nil
		})
	var base string
	curl := r.verb(parent, "curl ID", "Print a request as a curl command; $OS_TOKEN stands for the token", cobra.ExactArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			found, err := find(ctx, c, args[0])
			if err != nil {
				return err
			}
			for _, q := range found {
				if q.RequestID == args[0] {
					_, err = fmt.Fprintln(w, q.Curl(base))
				}
			}
			return err
		})
	curl.Flags().StringVar(&base, "url", "", "`URL` to send it to (default: where the client sent it)")
}

func printExchange(w io.Writer, q emulator.Request) error {
	_, err := fmt.Fprintf(w, "%s\n  at %s, took %s, %s\n", q, q.At.Format(time.RFC3339Nano), time.Duration(q.Duration), q.RequestID)
	for _, part := range []struct {
		mark   string
		header map[string][]string
		body   emulator.Body
	}{{">", q.RequestHeader, q.RequestBody}, {"<", q.ResponseHeader, q.ResponseBody}} {
		for _, name := range sortedKeys(part.header) {
			for _, value := range part.header[name] {
				_, e := fmt.Fprintf(w, "%s %s: %s\n", part.mark, name, oneLine(value))
				err = errors.Join(err, e)
			}
		}
		if len(part.body) > 0 {
			_, e := fmt.Fprintf(w, "%s\n%s %s\n", part.mark, part.mark, oneLine(string(part.body)))
			err = errors.Join(err, e)
		}
	}
	return err
}

func newRequestsWait(parent *cobra.Command, r *remote, f *filterFlags) {
	var timeout time.Duration
	cmd := r.verb(parent, "wait", "Wait for a request", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		filter, err := f.filter()
		if err != nil {
			return err
		}
		found, err := c.WaitForRequest(ctx, r.cloud, filter, timeout)
		if err != nil {
			return err
		}
		return r.printRequests(w, found)
	})
	cmd.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "`TIME` to wait, up to 5m")
}
