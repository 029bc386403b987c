package main

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
)

func newStores() *cobra.Command {
	cmd, r := newCloudRemote("stores", "See, add, break and remove Glance stores",
		"What Glance's API cannot do: stores that appear and vanish, fill up, turn read-only or refuse to be written to.",
		`  fauxstack stores list
  fauxstack stores add tape --type swift
  fauxstack stores set cheap --full
  fauxstack stores set fast --default
  fauxstack stores remove reliable
  fauxstack stores glance --single-store`)
	r.verb(cmd, "list", "List the stores", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		stores, err := c.Stores(ctx, r.cloud)
		if err != nil {
			return err
		}
		return r.printStores(w, stores, stores...)
	})
	newStoresAdd(cmd, r)
	newStoresSet(cmd, r)
	r.verb(cmd, "remove ID...", "Take stores out of Glance's configuration", cobra.MinimumNArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			for _, id := range args {
				if err := c.RemoveStore(ctx, r.cloud, id); err != nil {
					return err
				}
				if err := r.say(w, "store %s is gone", id); err != nil {
					return err
				}
			}
			return nil
		})
	newStoresGlance(cmd, r)
	return cmd
}

func (r *remote) printStores(w io.Writer, v any, stores ...client.Store) error {
	var rows [][]string
	for _, s := range stores {
		var marks []string
		for _, m := range []struct {
			is   bool
			word string
		}{{s.Default, "default"}, {s.ReadOnly, "read-only"}, {s.Full, "full"}, {s.DenyWrites, "denies writes"}} {
			if m.is {
				marks = append(marks, m.word)
			}
		}
		capacity := ""
		if s.Capacity > 0 {
			capacity = strconv.FormatInt(s.Capacity, 10)
		}
		rows = append(rows, []string{s.ID, s.Type, strings.Join(marks, ", "), strconv.Itoa(s.Weight), capacity, s.Description})
	}
	return r.print(w, v, "id,type,is,weight,capacity,description", rows)
}

func newStoresAdd(parent *cobra.Command, r *remote) {
	var s client.Store
	cmd := r.verb(parent, "add ID", "Add a store", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		s.ID = args[0]
		added, err := c.AddStore(ctx, r.cloud, s)
		if err != nil {
			return err
		}
		return r.printStores(w, added, added)
	})
	cmd.Flags().StringVar(&s.Type, "type", "file", "`TYPE` that discovery tells; http is read-only")
	cmd.Flags().StringVar(&s.Description, "description", "", "`TEXT` that discovery tells")
	cmd.Flags().IntVar(&s.Weight, "weight", 0, "`NUMBER` that orders an image's stores, the greatest first")
	cmd.Flags().Int64Var(&s.Capacity, "capacity", 0, "`BYTES` that fit; 0 is no limit")
	cmd.Flags().StringVar(&s.Path, "path", "", "`DIRECTORY` for the data, where the server allows it")
	cmd.Flags().BoolVar(&s.Default, "default", false, "make it the default store")
	cmd.Flags().BoolVar(&s.ReadOnly, "read-only", false, "let nothing be written to it")
	cmd.Flags().BoolVar(&s.Full, "full", false, "refuse uploads as a store whose medium is full")
	cmd.Flags().BoolVar(&s.DenyWrites, "deny-writes", false, "refuse uploads as a store whose permissions are wrong")
}

func newStoresSet(parent *cobra.Command, r *remote) {
	var s client.Store
	var cmd *cobra.Command
	cmd = r.verb(parent, "set ID", "Change a store", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		changed, err := c.ChangeStore(ctx, r.cloud, args[0], client.StoreChange{
			Type: given(cmd, "type", s.Type), Description: given(cmd, "description", s.Description), Weight: given(cmd, "weight", s.Weight),
			Capacity: given(cmd, "capacity", s.Capacity), Default: given(cmd, "default", s.Default), ReadOnly: given(cmd, "read-only", s.ReadOnly),
			Full: given(cmd, "full", s.Full), DenyWrites: given(cmd, "deny-writes", s.DenyWrites),
		})
		if err != nil {
			return err
		}
		return r.printStores(w, changed, changed)
	})
	cmd.Flags().StringVar(&s.Type, "type", "", "`TYPE` that discovery tells; http is read-only")
	cmd.Flags().StringVar(&s.Description, "description", "", "`TEXT` that discovery tells")
	cmd.Flags().IntVar(&s.Weight, "weight", 0, "`NUMBER` that orders an image's stores, the greatest first")
	cmd.Flags().Int64Var(&s.Capacity, "capacity", 0, "`BYTES` that fit; 0 is no limit")
	cmd.Flags().BoolVar(&s.Default, "default", false, "make it the default store")
	cmd.Flags().BoolVar(&s.ReadOnly, "read-only", false, "let nothing be written to it; =false mends it")
	cmd.Flags().BoolVar(&s.Full, "full", false, "refuse uploads as a store whose medium is full; =false mends it")
	cmd.Flags().BoolVar(&s.DenyWrites, "deny-writes", false, "refuse uploads as a store whose permissions are wrong; =false mends it")
}

func newStoresGlance(parent *cobra.Command, r *remote) {
	var single bool
	var limit int64
	var cmd *cobra.Command
	cmd = r.verb(parent, "glance", "See and change what Glance's configuration says beside its stores", cobra.NoArgs,
		func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
			g, err := c.ChangeGlance(ctx, r.cloud, client.GlanceChange{
				SingleStore: given(cmd, "single-store", single), ImageSizeCap: given(cmd, "image-size-cap", limit),
			})
			if err != nil {
				return err
			}
			return r.print(w, g, "default store,single store,image size cap",
				[][]string{{g.DefaultStore, strconv.FormatBool(g.SingleStore), strconv.FormatInt(g.ImageSizeCap, 10)}})
		})
	cmd.Flags().BoolVar(&single, "single-store", false, "show clients a Glance without named stores; =false for one with them")
	cmd.Flags().Int64Var(&limit, "image-size-cap", 0, "`BYTES` that an image may have")
}

func newBackends() *cobra.Command {
	cmd, r := newCloudRemote("backends", "See and break Cinder backends", "", `  fauxstack backends list
  fauxstack backends set lvmdriver-1 --initialized=false`)
	r.verb(cmd, "list", "List the backends", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		backends, err := c.Backends(ctx, r.cloud)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, b := range backends {
			rows = append(rows, []string{b.Name, b.Host, strconv.FormatBool(b.Initialized)})
		}
		return r.print(w, backends, "name,host,initialized", rows)
	})
	var initialized bool
	set := r.verb(cmd, "set NAME", "Change a backend", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		if err := c.SetDriverInitialized(ctx, r.cloud, args[0], initialized); err != nil {
			return err
		}
		return r.say(w, "backend %s: driver initialized: %t", args[0], initialized)
	})
	set.Flags().BoolVar(&initialized, "initialized", true, "whether the backend's driver is initialised")
	return cmd
}
