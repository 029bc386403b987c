package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func newFaults() *cobra.Command {
	cmd, r := newCloudRemote("faults", "Let requests, stores and background work of a cloud go wrong",
		`A fault says what it is about (op, job or store, and whom), when it acts (nth, every, probability, times)
and what happens then (status, latency, drop, is, ...), as FIELD=VALUE. See the documentation of
emulator.Fault for all fields; --file reads the same as JSON.`,
		`  fauxstack faults add op=glance.images.upload nth=2 status=503
  fauxstack faults add store=cheap is=full after_bytes=1048576
  fauxstack faults add job=cinder.volume.create is=stuck
  fauxstack faults list
  fauxstack faults remove --all`)
	r.verb(cmd, "list", "List the faults and how often each has acted", cobra.NoArgs,
		func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
			faults, err := c.Faults(ctx, r.cloud)
			if err != nil {
				return err
			}
			return r.printFaults(w, faults, faults...)
		})
	show := r.verb(cmd, "show ID", "Show a fault", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		fault, err := c.Fault(ctx, r.cloud, args[0])
		if err != nil {
			return err
		}
		return r.printFaults(w, fault, fault)
	})
	newFaultsAdd(cmd, r)
	remove := newFaultsRemove(cmd, r)
	show.ValidArgsFunction, remove.ValidArgsFunction = r.completeFaults, r.completeFaults
	return cmd
}

func (r *remote) printFaults(w io.Writer, v any, list ...emulator.FaultStatus) error {
	var rows [][]string
	for _, f := range list {
		rows = append(rows, []string{f.ID, strconv.Itoa(f.Hits), strconv.Itoa(f.Matched), f.Fault.String()})
	}
	return r.print(w, v, "id,hits,matched,fault", rows)
}

func newFaultsAdd(parent *cobra.Command, r *remote) {
	var file string
	cmd := r.verb(parent, "add FIELD=VALUE...", "Add a fault", cobra.ArbitraryArgs, func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		var fault emulator.Fault
		var err error
		if file != "" {
			var text []byte
			if text, err = os.ReadFile(file); err == nil {
				err = json.Unmarshal(text, &fault)
			}
		} else {
			fault, err = emulator.ParseFault(strings.Join(args, " "))
		}
		if err != nil {
			return err
		}
		added, err := c.Inject(ctx, r.cloud, fault)
		if err != nil {
			return err
		}
		return r.printFaults(w, added, added)
	})
	cmd.Flags().StringVar(&file, "file", "", "read the fault from a JSON `FILE`")
}

func newFaultsRemove(parent *cobra.Command, r *remote) *cobra.Command {
	var all bool
	cmd := r.verb(parent, "remove [ID...]", "Remove faults", cobra.ArbitraryArgs, func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		if all {
			if err := c.RemoveFaults(ctx, r.cloud); err != nil {
				return err
			}
			return r.say(w, "all faults are removed")
		}
		if len(args) == 0 {
			return errWant("ids of faults, or --all")
		}
		for _, id := range args {
			if err := c.RemoveFault(ctx, r.cloud, id); err != nil {
				return err
			}
			if err := r.say(w, "fault %s is removed", id); err != nil {
				return err
			}
		}
		return nil
	})
	cmd.Flags().BoolVar(&all, "all", false, "remove all of them")
	return cmd
}

// completeFaults offers the ids of the cloud's faults.
func (r *remote) completeFaults(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	c, err := r.connect()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	faults, _ := c.Faults(ctx, r.cloud) // without a server there is nothing to offer
	var ids []string
	for _, f := range faults {
		ids = append(ids, f.ID)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
