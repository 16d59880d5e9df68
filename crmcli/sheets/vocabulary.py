"""The words that head columns in real spreadsheets: data, one table per kind of sheet.

Each table maps a meaning to the headings that carry it, separated by semicolons and compared folded (see
`headings.fold`), with numbers left out ("Телефон 2", "E-mail 1 - Value"). Where several columns of a sheet carry a
meaning that can be there only once, the heading that stands first in its list wins.
"""

from crmcli.values.records import SheetKind

CUSTOM = "custom field"
"""The field of what has none of its own and is kept under its heading."""

_CUSTOMER = {
    "customer key": "customer id; код клиента; id клиента; номер клиента; client id; id контрагента; код контрагента;"
    " customer code; customer no; customer number; contact id; id контакта; account id; associated contact ids",
    "name": "фио; ф.и.о; ф. и. о; фамилия имя отчество; полное имя; полное имя контакта; фамилия и имя; фио клиента;"
    " имя клиента; фамилия имя; фамилия, имя; фамилия, имя, отчество; ф.и.о. клиента; имя и фамилия; имя фамилия;"
    " фио контакта; контактное лицо; обращаться к; основной контакт; имя контакта; контакт; full name; contact name;"
    " contact person; primary contact; associated contact; contact; customer full name",
    "first": "имя; first name; given name; forename; customer first name",
    "middle": "отчество; middle name; additional name",
    "last": "фамилия; last name; family name; surname; customer last name",
    "alias": "display name; file as; nickname",
    "party": "клиент; контрагент; наименование контрагента; наименование клиента; название клиента; покупатель;"
    " заказчик; плательщик; получатель; партнер; грузополучатель; customer name; customer; client name; client;"
    " account name; account; buyer; bill to",
    "company": "компания; название компании; наименование компании; компания контакта; организация;"
    " наименование организации; название организации; фирма; юр. лицо; юридическое лицо; company; company name;"
    " associated company; organization; organization name; organization - name; organisation; business name",
    "phone": "телефон; тел; телефоны; мобильный; мобильный телефон; сотовый; сотовый телефон; моб. телефон; моб;"
    " рабочий телефон; рабочий прямой телефон; домашний телефон; основной телефон; телефон переносной; другой телефон;"
    " дополнительный телефон; городской телефон; телефон для рассылок; номер телефона; контактный телефон;"
    " телефон клиента; телефон контакта; телефон покупателя; контактные данные; контакты; phone; phone number; phones;"
    " telephone; tel; cell; cell phone; mobile; mobile phone; mobile number; mobile phone number; business phone;"
    " work phone; home phone; primary phone; other phone; company main phone; contact phone; customer phone;"
    " phone - value",
    "email": "email; e-mail; почта; эл. почта; электронная почта; адрес эл. почты; адрес электронной почты; емейл;"
    " имейл; рабочий e-mail; рабочий email; личный email; личный e-mail; частный e-mail; частный email; другой e-mail;"
    " другой email; email клиента; e-mail клиента; email контакта; email address; e-mail address; mail; primary email;"
    " secondary email; work email; personal email; home email; other email; contact email; customer email;"
    " e-mail - value; email - value",
    "phone label": "phone - label; phone - type",
    "email label": "e-mail - label; e-mail - type; email - label; email - type",
    "messenger": "контакт telegram; telegram; телеграм; телеграмм; ник telegram; whatsapp; ватсап; viber; вайбер;"
    " skype; скайп; vk; вк; вконтакте; instagram; инстаграм; мессенджер; messenger; im - value",
    "website": "сайт; веб-сайт; web; website; web site; web page; website url; website - value; url; homepage",
    "address": "адрес; адрес доставки; фактический адрес; почтовый адрес; юридический адрес; улица; адрес клиента;"
    " address; street; street address; address line; mailing address; shipping address; billing address;"
    " address - formatted; home address; business address; home street; business street",
    "addresses": "адреса; addresses",
    "city": "город; населенный пункт; city; town; city/town; home city; business city; ship city; billing city",
    "region": "область; регион; край; область/край; state; region; state/region; state/province; province; county;"
    " home state; business state; billing state",
    "postcode": "индекс; почтовый индекс; zip; zip code; zip/postal code; postal code; postcode; home postal code;"
    " business postal code; billing postal code",
    "country": "страна; country; country/region; home country/region; business country/region; billing country",
    "tax id": "инн; инн клиента; инн контрагента; tax id; tin; vat; vat number; vat id",
}
_DEAL_KEY = "код сделки; deal id; id сделки; номер сделки"
_OTHER_KEYS = "другие коды; other ids"
_SALE = {
    "owner": "ответственный; менеджер; торговый представитель; продавец; сотрудник; кассир; мастер;"
    " ответственный менеджер; owner; salesperson; sales agent; sales rep; sales representative; account manager;"
    " manager; seller; employee",
    "channel": "источник заказа; источник сделки; источник; канал; источник клиента; канал продаж; канал привлечения;"
    " откуда узнал; utm source; lead source; source; channel; sales channel",
    "currency": "валюта; код валюты; currency; currency code",
}
_CONTACTS = {
    **_CUSTOMER,
    "customer key": "record id; contact id; id контакта; customer id; id клиента; код клиента; номер клиента;"
    " client id; id контрагента; код контрагента; customer code; customer no; customer number; id; код; external id;"
    " внешний код; account id; uid; guid",
    "name": f"{_CUSTOMER['name']}; name",
    "company": f"{_CUSTOMER['company']}; наименование; название",
    "birthday": "дата рождения; день рождения; др; birthday; birth date; date of birth; dob",
    "owner": "ответственный; ответственный за контакт; ответственный менеджер; менеджер; торговый представитель;"
    " contact owner; owner; salesperson; sales agent; sales rep; account manager; ответственный сотрудник",
    "channel": "источник; источник клиента; канал; канал привлечения; откуда узнал; откуда узнали; utm source;"
    " lead source; source; original source; channel",
    "kind": "вид контакта; contact kind",
    "company key": "код компании; company id",
    "referrer key": "код рекомендателя; referrer id",
    "archived on": "в архиве с; archived on",
    "other keys": _OTHER_KEYS,
    "referred by": "кто порекомендовал; рекомендатель; кто привел; по рекомендации; referred by; referrer",
    "tags": "теги; тег; тег контакта; теги контакта; метки; группа; tags; tag; labels; group membership; categories",
    "note": "комментарий; комментарии; примечание; примечания; заметка; заметки; примечание к контакту; notes; note;"
    " comment; comments; remarks",
    "created on": "дата создания; дата регистрации; дата добавления; дата первого контакта; создан; create date;"
    " created; created at; creation time; created on; date created; date added; registration date; дата; date",
    "next contact on": "дата следующего контакта; следующий контакт; следующий звонок; next contact;"
    " next contact date; next follow up; next follow-up; next activity date",
    CUSTOM: "дата последней покупки; дата последнего заказа; последняя покупка; последний заказ; сумма покупок;"
    " сумма последней покупки; сумма заказов; количество покупок; количество заказов; last purchase date;"
    " last purchase; last order date; last order; last purchase amount; total spent; total purchases; orders count",
}
_PURCHASES = {
    **_CUSTOMER,
    **_SALE,
    "name": f"{_CUSTOMER['name']}; name",
    "date": "дата покупки; дата продажи; дата заказа; дата реализации; дата чека; order date; invoice date;"
    " purchase date; sale date; sales date; transaction date; дата оплаты; payment date; дата документа; дата; date;"
    " дата размещения; дата и время; дата операции; ordered at; purchased on; created at; дата создания; период; day",
    "time": "время; время покупки; время продажи; time",
    "key": "номер заказа; код заказа; № заказа; номер документа; номер чека; order id; order number; order no;"
    " order #; invoice id; invoice no; invoice number; invoice #; transaction id; receipt no; receipt number;"
    " id заказа; invoice; receipt; order; № документа; № чека; чек; документ; накладная; реализация; номер; №;"
    " id продажи; sale id; id",
    "amount": "сумма с ндс; итоговая сумма; сумма итого; сумма продажи; сумма покупки; сумма оплаты; оплачено; total;"
    " total amount; total price; line total; grand total; amount; sale amount; net amount; сумма; итого; всего;"
    " выручка; sales; revenue; dollar value; оборот; стоимость; сумма продаж; сумма реализации; subtotal; value",
    "order amount": "сумма документа; сумма заказа; сумма чека; order total; order amount; invoice total;"
    " invoice amount",
    "product": "номенклатура; товар; товары; услуга; услуги; товар/услуга; наименование товара; название товара;"
    " позиция; наименование; продукция; продукт; название; товары (работы, услуги); product; product name; item;"
    " item name; description; service; product description; book; sku name",
    "sku": "артикул; код товара; код номенклатуры; штрихкод; sku; stock code; product id; product code; item code;"
    " item no; barcode",
    "quantity": "количество; кол-во; кол; количество товара; quantity; qty; units; pcs; count",
    "price": "цена; цена за единицу; цена за ед; цена за упаковку; цена с ндс; цена продажи; unit price; price;"
    " sale price; price each",
    "discount": "discount; скидка; скидка %; % скидки; discount %",
    "cost": "себестоимость; себестоимость продаж; закупочная стоимость; cost; cogs; total cost; cost of goods",
    "order cost": "себестоимость заказа; order cost",
    "deal key": _DEAL_KEY,
    "refund of": "возврат заказа; refund of",
    "other keys": _OTHER_KEYS,
    "operation": "вид операции; тип операции; операция; тип документа; вид документа; тип; статус заказа; статус;"
    " статус оплаты; type; transaction type; order status; status; payment status",
}
_DEALS = {
    **_CUSTOMER,
    **_SALE,
    "owner": f"ответственный за сделку; deal owner; opportunity owner; {_SALE['owner']}",
    "key": "opportunity id; deal id; id сделки; номер сделки; record id; id; номер; №; код сделки",
    "title": "название сделки; наименование сделки; сделка; deal name; deal title; opportunity name; opportunity;"
    " deal; название; наименование; тема; title; name; subject",
    "amount": "бюджет; бюджет сделки; сумма сделки; ожидаемая сумма; сумма; amount; deal value; deal amount;"
    " close value; expected revenue; value; стоимость; budget",
    "state": "состояние сделки; deal state",
    "stage": "этап сделки; стадия сделки; статус сделки; этап; стадия; deal stage; stage; opportunity stage;"
    " sales stage; статус; status",
    "date": "дата создания сделки; дата создания; дата начала; дата открытия; создана; открыта; начата; начало;"
    " engage date; create date; created;"
    " created on; created at; date created; open date; opened on; creation time; дата; date",
    "expected on": "предполагаемая дата закрытия; ожидаемая дата закрытия; планируемая дата закрытия;"
    " expected closing; expected close date; expected close",
    "closed on": "actual close date; closed date; дата закрытия; дата завершения; закрыта; close date; closed on;"
    " closed at; дата закрытия сделки",
    "moves": "история этапов; stage history",
    "other keys": _OTHER_KEYS,
    "last open stage": "этап отказа; этап до закрытия; этап проигрыша; на каком этапе потеряна; lost at stage;"
    " last open stage; previous stage; stage before closing",
    "lost reason": "причина отказа; причина проигрыша; причина потери; lost reason; loss reason; closed lost reason",
    "product": "продукт; товар; товары; услуга; номенклатура; product; products; product name; service",
}
_TOUCHES = {
    **_CUSTOMER,
    "name": f"{_CUSTOMER['name']}; name",
    "company": f"{_CUSTOMER['company']}; наименование; название",
    "key": "activity id; call id; id звонка; touch id; id; код касания",
    "date": "дата звонка; дата встречи; дата контакта; дата касания; дата общения; activity date; call date;"
    " meeting date; contact date; touch date; дата и время; дата; date; дата первого контакта; last contact date;"
    " последний контакт; дата последнего контакта; created; create date; дата создания",
    "time": "время; время звонка; time; call time",
    "kind": "тип контакта; тип касания; тип активности; тип общения; вид контакта; канал связи; способ связи;"
    " activity type; touch type; contact type; тип; вид; type; activity; kind; канал; channel; действие",
    "direction": "направление; вход/исход; direction; in/out",
    "outcome": "статус звонка; результат звонка; результат; результат контакта; итог; итог звонка; итоги; outcome;"
    " call outcome; result; call result; disposition; call status; статус; status",
    "minutes": "длительность; длительность, мин; минут; минуты; продолжительность; продолжительность звонка;"
    " длительность звонка; duration; minutes; duration, min; call duration",
    "rating": "оценка; rating",
    "deal key": _DEAL_KEY,
    "other keys": _OTHER_KEYS,
    "text": "комментарий; комментарии; заметка; заметки; примечание; описание; содержание; тема; о чем говорили;"
    " следующий шаг; subject; summary; notes; note; comment; comments; description; text; body; next action; next step",
    "owner": f"кто звонил; ответственный за контакт; assigned to; {_SALE['owner']}",
    "next contact on": "дата следующего контакта; следующий контакт; следующий звонок; дата следующего звонка;"
    " перезвонить; next follow up; next follow-up; follow up date; next contact; next contact date; next action date",
}
_PRODUCTS = {
    "key": "ключ товара; product key",
    "product": f"{_PURCHASES['product']}; name",
    "sku": f"{_PURCHASES['sku']}; код; id",
    "price": f"розничная цена; цена розничная; цена продажи; retail price; list price; msrp; {_PURCHASES['price']};"
    " стоимость",
    "cost": f"закупочная цена; цена закупки; цена закупочная; purchase price; unit cost; {_PURCHASES['cost']}",
}
VOCABULARY: dict[SheetKind, dict[str, str]] = {
    "contacts": _CONTACTS,
    "purchases": _PURCHASES,
    "deals": _DEALS,
    "touches": _TOUCHES,
    "products": _PRODUCTS,
}

MANY = frozenset(
    {
        "phone",
        "email",
        "phone label",
        "email label",
        "messenger",
        "website",
        "address",
        "addresses",
        "note",
        "text",
        "tags",
        CUSTOM,
    }
)
"""Meanings that several columns of one sheet may carry together."""

TELLING: dict[SheetKind, str] = {
    "contacts": "",
    "purchases": "дата покупки; дата продажи; дата заказа; order date; invoice date; purchase date; sale date;"
    " номер заказа; код заказа; № заказа; номер чека; чек; документ; номер документа; дата документа; сумма документа;"
    " order id; order number; invoice; invoice id; invoice no; receipt; номенклатура; артикул; sku; stock code;"
    " quantity; количество; кол-во; unit price; цена; сумма продажи; сумма покупки; статус заказа; источник заказа;"
    " способ оплаты; payment method; дата реализации; выручка",
    "deals": "название сделки; сделка; наименование сделки; бюджет; бюджет сделки; ожидаемая сумма; сумма сделки;"
    " этап; этап сделки; статус сделки; стадия; стадия сделки; воронка; вероятность; ответственный за сделку;"
    " дата создания сделки; дата закрытия; предполагаемая дата закрытия; теги сделки; примечание к сделке;"
    " причина отказа; deal name; deal; opportunity; opportunity id; opportunity name; deal stage; stage; pipeline;"
    " deal value; deal amount; close value; expected revenue; close date; expected closing; expected close date;"
    " actual close date; closed date; engage date; deal owner; probability; lost reason; date entered current stage",
    "touches": "дата звонка; статус звонка; результат звонка; дата контакта; дата касания; дата встречи; кто звонил;"
    " activity date; activity type; call date; call outcome; outcome; результат; итог; результат контакта;"
    " disposition; канал связи; способ связи; длительность звонка; call duration; тип касания; next action;"
    " следующий шаг",
    "products": "",
}
"""Headings that only one kind of sheet has: they tell the kinds apart."""

STAFF = "employee id; hire date; reports to; табельный номер; таб. номер; дата приема; дата увольнения; оклад; salary"
"""Headings of lists of employees, which are no customers."""

GOODS = (
    "артикул; sku; цена; price; unit price; остаток; остатки; ед. изм.; единица измерения; product id; stock; штрихкод;"
    " barcode; количество; quantity; qty; unit cost; список товаров; категория товара; stock code; product; товар;"
    " номенклатура; цена за упаковку; кол-во; units in stock; optional product"
)
"""Headings of price lists and stock lists, which are no customers either."""

ORDERS = (
    "номер заказа; код заказа; № заказа; номер чека; чек; накладная; номер документа; order id; order number; order no;"
    " invoice; invoice id; invoice no; invoice number; receipt; receipt no"
)
"""Headings of orders, whose lines name goods and prices as price lists do."""

COUNTERS = "; №; № п/п; № пп; п/п; n; no; #; unnamed: 0; номер п/п; nn"
"""Headings under which sheets number their rows."""
