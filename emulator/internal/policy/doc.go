// Package policy decides who may do what, in the rule language of oslo.policy 4.0 and with its semantics.
//
// Rules are data of the services: a name and a check string each, as upstream registers them. A set of them costs
// nothing to make; each rule is parsed when it is first asked for, and evaluating it allocates nothing.
//
//	rules := policy.New(map[string]string{
//		"admin_required": "role:admin or is_admin:1",
//		"volume:get":     "rule:admin_required or project_id:%(project_id)s",
//	})
//	allowed := rules.Check("volume:get", &creds, policy.Map{"project_id": volume.ProjectID})
//
// A check is "role:name", "rule:name", or a credential compared with text: "user_id:%(user_id)s",
// "token.project.id:%(target.project.id)s", "system_scope:all". The left side may be a literal instead, as in
// "'public':%(visibility)s" or "None:%(domain_id)s". Checks are joined by and, or, not and parentheses; "@" and the
// empty string always pass, "!" never does. What fails to parse never passes.
//
// Gap: "http:" and "https:" checks never pass, nor do literals other than quoted strings without escapes, whole numbers,
// True, False and None, nor conversions other than %(name)s and %%. Rules.Verify and Rules.With report them.
// Gap: the empty string counts as None, on either side: in Go it says that there is nothing.
package policy
