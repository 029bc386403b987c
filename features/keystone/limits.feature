@keystone
Feature: Limits and the endpoints of a project
  A registered limit is what every project has of a resource by default; a limit is what one has instead. A project's catalog can
  be made shorter.

  Background:
    Given the administrator creates "lab" by POST "projects" to Identity:
      """
      {"project": {"name": "{name:lab}"}}
      """
    And the administrator creates "kitchen" by POST "services" to Identity:
      """
      {"service": {"type": "{name:kitchen}", "name": "{name:kitchen}"}}
      """

  @op:keystone.registered_limits.create @op:keystone.limits.create @op:keystone.registered_limits.delete
  Scenario: A project of its own limit
    Given the administrator creates "spoons" by POST "registered_limits" to Identity:
      """
      {"registered_limits": [{"service_id": "{kitchen}", "resource_name": "spoons", "default_limit": 10}]}
      """
    When the administrator creates "more" by POST "limits" to Identity:
      """
      {"limits": [{"service_id": "{kitchen}", "resource_name": "spoons", "project_id": "{lab}", "resource_limit": 25}]}
      """
    And the administrator sends GET "limits/{more}" to Identity
    Then the answer says:
      | limit.resource_limit | 25    |
      | limit.project_id     | {lab} |
      | limit.domain_id      | null  |
    When the administrator tries to send DELETE "registered_limits/{spoons}" to Identity
    Then it is refused as forbidden

  @op:keystone.limits.create
  Scenario: No limit of what is not registered
    When the administrator tries to send POST "limits" to Identity:
      """
      {"limits": [{"service_id": "{kitchen}", "resource_name": "forks", "project_id": "{lab}", "resource_limit": 25}]}
      """
    Then it is refused as forbidden

  @op:keystone.registered_limits.create
  Scenario: Members register no limits
    When I try to send POST "registered_limits" to Identity:
      """
      {"registered_limits": [{"service_id": "{kitchen}", "resource_name": "spoons", "default_limit": 10}]}
      """
    Then it is refused as forbidden

  @op:keystone.os-ep-filter.projects.endpoints.set @op:keystone.os-ep-filter.projects.endpoints.list @op:keystone.os-ep-filter.projects.endpoints.delete
  Scenario: An endpoint of a project
    Given the administrator creates "hatch" by POST "endpoints" to Identity:
      """
      {"endpoint": {"service_id": "{kitchen}", "interface": "public", "url": "http://kitchen.example.org/"}}
      """
    When the administrator sends PUT "OS-EP-FILTER/projects/{lab}/endpoints/{hatch}" to Identity
    Then the answer is 204
    When the administrator sends GET "OS-EP-FILTER/projects/{lab}/endpoints" to Identity
    Then the answer says:
      | endpoints.0.id  | {hatch}                     |
      | endpoints.0.url | http://kitchen.example.org/ |
    When the administrator sends DELETE "OS-EP-FILTER/projects/{lab}/endpoints/{hatch}" to Identity
    And the administrator tries to send HEAD "OS-EP-FILTER/projects/{lab}/endpoints/{hatch}" to Identity
    Then the answer is 404
