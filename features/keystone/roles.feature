@keystone
Feature: Roles that imply others
  Who has a role has those that it implies, too, without being given them.

  Background:
    Given the administrator creates "pilot" by POST "roles" to Identity:
      """
      {"role": {"name": "{name:pilot}"}}
      """
    And the administrator creates "passenger" by POST "roles" to Identity:
      """
      {"role": {"name": "{name:passenger}"}}
      """

  @op:keystone.roles.implies.set @op:keystone.roles.implies.list
  Scenario: One role implies another
    When the administrator sends PUT "roles/{pilot}/implies/{passenger}" to Identity
    Then the answer says:
      | role_inference.prior_role.id | {pilot}     |
      | role_inference.implies.id    | {passenger} |
    When the administrator sends GET "roles/{pilot}/implies" to Identity
    Then the answer says:
      | role_inference.implies.0.name | {name:passenger} |

  @op:keystone.roles.implies.set @op:keystone.role_assignments.list
  Scenario: What is implied counts
    Given the administrator creates "alice" by POST "users" to Identity:
      """
      {"user": {"name": "{name:alice}"}}
      """
    And the administrator creates "lab" by POST "projects" to Identity:
      """
      {"project": {"name": "{name:lab}"}}
      """
    When the administrator sends PUT "roles/{pilot}/implies/{passenger}" to Identity
    And the administrator sends PUT "projects/{lab}/users/{alice}/roles/{pilot}" to Identity
    And the administrator sends GET "role_assignments?user.id={alice}" to Identity
    Then none of the "role_assignments" in the answer says:
      | role.id | {passenger} |
    When the administrator sends GET "role_assignments?user.id={alice}&effective" to Identity
    Then one of the "role_assignments" in the answer says:
      | role.id | {passenger} |

  @op:keystone.roles.implies.delete @op:keystone.roles.implies.check
  Scenario: It implies it no longer
    Given the administrator sends PUT "roles/{pilot}/implies/{passenger}" to Identity
    When the administrator sends DELETE "roles/{pilot}/implies/{passenger}" to Identity
    Then the answer is 204
    When the administrator tries to send HEAD "roles/{pilot}/implies/{passenger}" to Identity
    Then the answer is 404

  @op:keystone.roles.create
  Scenario: Members make no roles
    When I try to send POST "roles" to Identity:
      """
      {"role": {"name": "{name:captain}"}}
      """
    Then it is refused as forbidden, saying "You are not authorized to perform the requested action: identity:create_role."
