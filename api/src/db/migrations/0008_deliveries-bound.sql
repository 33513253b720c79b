-- Up Migration

-- A deal has at most a thousand slots: more than that can be agreed to but never handed in. What was
-- agreed to beyond comes down to what can be delivered.
update negotiation_terms set value = 1000 where term = 'deliveries' and value > 1000;
update deals set deliveries = 1000 where deliveries > 1000;
alter table negotiation_terms add constraint negotiation_terms_deliveries
  check (term <> 'deliveries' or value <= 1000);
alter table deals add constraint deals_deliveries check (deliveries <= 1000);
alter table offers add constraint offers_deliveries check (deliveries <= 1000);
alter table campaigns add constraint campaigns_deliveries check (floor_deliveries <= 1000);

-- Down Migration

alter table campaigns drop constraint campaigns_deliveries;
alter table offers drop constraint offers_deliveries;
alter table deals drop constraint deals_deliveries;
alter table negotiation_terms drop constraint negotiation_terms_deliveries;
